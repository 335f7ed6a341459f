#include "gateway/durable_responses.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

namespace breakwater {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

/// A file in a directory of its own, and the store on it.
struct DurableResponses : testing::Test {
    DurableResponses() {
        std::string name = (fs::temp_directory_path() / "breakwater-responses-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        limits.file = folder / "responses.db";
    }
    ~DurableResponses() override {
        store.reset();
        fs::remove_all(folder);
    }
    /// Ends the store, if it is there, and begins it anew: what a restart does. The problem, or empty.
    std::string open() {
        store.reset();
        auto opened = DurableResponseStore::open(limits, [this](bool, const std::string& text) {
            said += text;
            ++times_said;
        });
        if (!opened) return opened.error();
        store = std::move(*opened);
        return {};
    }
    void put(std::string_view owner, std::string_view id, std::string answer, hours age = hours(0)) {
        store->put(owner, id, {.previous_id = "before", .input = "[1]", .answer = std::move(answer), .at = now - age},
                   limits);
    }
    std::string answer(std::string_view owner, std::string_view id) {
        const auto kept = store->find(owner, id, now, limits);
        return kept ? kept->answer : "(none)";
    }

    fs::path folder;
    config::ResponseStore limits;
    WallTime now = std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now());
    std::unique_ptr<DurableResponseStore> store;
    std::string said;
    std::atomic<int> times_said = 0;  // `said` may be read after it has changed, until the store does more
};

/// A disk on which no file can grow, for as long as it lives.
class FullDisk {
public:
    FullDisk() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &none);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    rlimit before_{};
    void (*handler_)(int);
};

TEST_F(DurableResponses, SurviveARestart) {
    ASSERT_EQ(open(), "");
    put("team", "resp_1", "one \xF0\x9F\x98\x80");
    put("team", "resp_2", "two");
    put("other", "resp_1", "theirs");
    put("team", "resp_2", "two, again");
    EXPECT_TRUE(store->erase("other", "resp_1"));
    EXPECT_FALSE(store->erase("other", "resp_1"));
    ASSERT_EQ(open(), "");
    EXPECT_EQ(answer("team", "resp_1"), "one \xF0\x9F\x98\x80");
    EXPECT_EQ(answer("team", "resp_2"), "two, again");
    EXPECT_EQ(answer("other", "resp_1"), "(none)") << "it was deleted";
    EXPECT_EQ(answer("other", "resp_2"), "(none)") << "it is another client's";
    const auto kept = store->find("team", "resp_1", now, limits);
    EXPECT_EQ(kept->previous_id, "before");
    EXPECT_EQ(kept->input, "[1]");
    EXPECT_LT(now - kept->at, std::chrono::milliseconds(2));
    EXPECT_EQ(said, "");
}

TEST_F(DurableResponses, StayWithinTheLimitsInTheFileToo) {
    limits.count = 2;
    ASSERT_EQ(open(), "");
    for (const char* id : {"a", "b", "c"}) put("", id, id);
    ASSERT_EQ(open(), "");
    EXPECT_EQ(answer("", "a"), "(none)");
    EXPECT_EQ(answer("", "b") + answer("", "c"), "bc");
    limits.count = 1;
    ASSERT_EQ(open(), "");
    limits.count = 10;
    ASSERT_EQ(open(), "") << "what a limit dropped is not in the file any more";
    EXPECT_EQ(answer("", "b") + answer("", "c"), "(none)c");
    limits.bytes = 4'000;
    put("", "large", std::string(10'000, 'x'));
    put("", "half", std::string(3'000, 'x'));
    ASSERT_EQ(open(), "");
    EXPECT_EQ(answer("", "large") + answer("", "c"), "(none)(none)");
    EXPECT_EQ(answer("", "half").size(), 3'000u);
}

TEST_F(DurableResponses, ForgetWhatIsTooOld) {
    ASSERT_EQ(open(), "");
    put("", "old", "old", hours(23));
    put("", "new", "new");
    limits.age = hours(1);
    ASSERT_EQ(open(), "");
    limits.age = hours(48);
    ASSERT_EQ(open(), "");
    EXPECT_EQ(answer("", "old") + answer("", "new"), "(none)new");
}

TEST_F(DurableResponses, StayBehindAYoungerOneUntilItIsOldToo) {
    ASSERT_EQ(open(), "");
    put("", "oldest", "oldest", hours(23));
    put("", "young", "young");
    put("", "old", "old", hours(23));
    limits.age = hours(1);
    ASSERT_EQ(open(), "");
    EXPECT_EQ(answer("", "old"), "(none)") << "nobody finds it";
    limits.age = hours(48);
    ASSERT_EQ(open(), "");
    EXPECT_EQ(answer("", "oldest") + answer("", "young") + answer("", "old"), "(none)youngold");
}

TEST_F(DurableResponses, AreErasedInTheFileWhenItCanBeWrittenAgain) {
    ASSERT_EQ(open(), "");
    put("", "deleted", "deleted");
    ASSERT_EQ(open(), "");
    {
        const FullDisk full;
        ASSERT_TRUE(store->erase("", "deleted"));
        for (int i = 0; i < 1000 && times_said == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ASSERT_EQ(times_said, 1);
    EXPECT_NE(said.find("cannot be written"), std::string::npos) << said;
    put("", "later", "later");
    ASSERT_EQ(open(), "");
    EXPECT_EQ(answer("", "deleted") + answer("", "later"), "(none)later");
    EXPECT_NE(said.find("again"), std::string::npos) << said;
}

TEST_F(DurableResponses, AreReadableByTheirOwnerAlone) {
    ASSERT_EQ(open(), "");
    EXPECT_EQ(fs::status(limits.file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    store.reset();
    fs::permissions(limits.file, fs::perms::group_read | fs::perms::others_read, fs::perm_options::add);
    ASSERT_EQ(open(), "");
    EXPECT_EQ(fs::status(limits.file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(DurableResponses, SayWhyAFileCannotBeUsed) {
    const auto expect = [this](std::string_view words) {
        const std::string problem = open();
        EXPECT_NE(problem.find(words), std::string::npos) << problem;
        EXPECT_TRUE(problem.starts_with("responses.file: " + limits.file)) << problem;
    };
    const std::string file = limits.file;
    limits.file = folder / "nowhere" / "responses.db";
    expect("No such file or directory");
    limits.file = folder;
    expect("Is a directory");
    limits.file = file;
    std::ofstream(file) << "This is no database, but it is long enough to be taken for one. " << std::string(4096, '.');
    expect("file is not a database");
    fs::remove(file);

    auto foreign = sqlite::Database::open(file);
    ASSERT_TRUE(foreign);
    ASSERT_TRUE(foreign->run("CREATE TABLE notes (text); PRAGMA user_version = 1"));
    foreign = std::unexpected("closed");
    expect("a database of something else");
    {
        auto left = sqlite::Database::open(file);
        ASSERT_TRUE(left);
        auto mode = left->prepare("PRAGMA journal_mode");
        ASSERT_TRUE(mode && mode->step());
        EXPECT_EQ(mode->text(0), "delete") << "it is left alone";
    }
    fs::remove(file);

    ASSERT_EQ(open(), "");
    auto second = DurableResponseStore::open(limits, [](bool, const std::string&) {});
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().find("database is locked"), std::string::npos) << second.error();
}

}  // namespace
}  // namespace breakwater
