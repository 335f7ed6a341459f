#include "response_file.hpp"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

namespace breakwater {
namespace {

using sqlite::Outcome;
using sqlite::Statement;
using std::chrono::milliseconds;

// What kSchema writes in the file's head: a file with another application was made by another program ("BWKR" is
// ours), one with another version by a later gateway.
constexpr std::int64_t kApplication = 0x42574b52;
constexpr std::int64_t kVersion = 1;

// One process has the file for itself: two gateways would drop each other's rows, and neither would see the other's.
// It is set first, and changes nothing in a file that may be another program's.
constexpr const char* kAlone = "PRAGMA locking_mode = EXCLUSIVE";
// The write-ahead log is a file beside it, which is cut after each checkpoint. What is deleted is overwritten.
constexpr const char* kSettings =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; "
    "PRAGMA journal_size_limit = 4194304;";
// The numbers stand before the texts: a row's end is in pages of its own, which counting and trimming do not read.
constexpr const char* kSchema =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS responses ("
    "  seq INTEGER PRIMARY KEY AUTOINCREMENT,"  // age: the smallest is the oldest
    "  owner TEXT NOT NULL,"                    // name of the client key
    "  id TEXT NOT NULL,"
    "  at INTEGER NOT NULL,"  // milliseconds since the epoch
    "  bytes INTEGER NOT NULL,"
    "  previous_id TEXT NOT NULL,"
    "  input TEXT NOT NULL,"
    "  answer TEXT NOT NULL,"
    "  UNIQUE (owner, id));"
    "PRAGMA application_id = 0x42574b52;"
    "PRAGMA user_version = 1;"
    "COMMIT;";

std::int64_t milliseconds_of(WallTime time) {
    return std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
}

WallTime time_of(std::int64_t since_epoch) {
    return WallTime(milliseconds(since_epoch));
}

std::string unusable(const std::string& path, const std::string& why) {
    return "responses.file: " + path + " cannot be used: " + why +
           ". Name a file in a directory that the gateway may write to, which no other program uses, or move this one "
           "away.";
}

Outcome<void> check_version(sqlite::Database& database) {
    auto statement = database.prepare(
        "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), "
        "count(*) FROM sqlite_schema");
    if (!statement) return std::unexpected(std::move(statement.error()));
    if (auto row = statement->step(); !row) return std::unexpected(std::move(row.error()));
    const std::int64_t application = statement->number(0);
    const std::int64_t version = statement->number(1);
    const bool empty = application == 0 && version == 0 && statement->number(2) == 0;
    if (empty || (application == kApplication && version == kVersion)) return {};
    return std::unexpected("it is a database of something else, or of a later version");
}

/// A file that was copied back, say from a backup, may be open to others; the library gives its log the same mode.
Outcome<void> keep_from_others(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code problem;
    const fs::perms mode = fs::status(path, problem).permissions();
    if (!problem && (mode & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none)
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, problem);
    if (problem) return std::unexpected("others may read it, and its mode cannot be made 0600: " + problem.message());
    return {};
}

}  // namespace

std::expected<std::unique_ptr<ResponseFile>, std::string> ResponseFile::open(const std::string& path,
                                                                             const config::ResponseStore& limits,
                                                                             WallTime now, const Visit& visit) {
    auto database = sqlite::Database::open(path);
    if (!database) return std::unexpected(unusable(path, database.error()));
    std::unique_ptr<ResponseFile> file(new ResponseFile(std::move(*database)));
    const auto step = [&]() -> Outcome<void> {
        if (auto done = file->database_.run(kAlone); !done) return done;
        if (auto done = check_version(file->database_); !done) return done;
        if (auto done = keep_from_others(path); !done) return done;
        if (auto done = file->database_.run(kSettings); !done) return done;
        if (auto done = file->database_.run(kSchema); !done) return done;
        if (auto done = file->prepare(); !done) return done;
        if (auto done = file->count(); !done) return done;
        if (auto done = file->trim(limits, now); !done) return done;
        return file->read_all(visit);
    };
    if (auto done = step(); !done) return std::unexpected(unusable(path, done.error()));
    return file;
}

Outcome<void> ResponseFile::prepare() {
    const auto make = [this](Statement& statement, const char* sql) -> Outcome<void> {
        auto prepared = database_.prepare(sql);
        if (!prepared) return std::unexpected(std::move(prepared.error()));
        statement = std::move(*prepared);
        return {};
    };
    if (auto done = make(insert_,
                         "INSERT INTO responses (owner, id, previous_id, input, answer, at, bytes) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        !done)
        return done;
    if (auto done = make(erase_, "DELETE FROM responses WHERE owner = ?1 AND id = ?2 RETURNING bytes"); !done)
        return done;
    if (auto done = make(has_, "SELECT 1 FROM responses WHERE owner = ?1 AND id = ?2"); !done) return done;
    if (auto done = make(erase_first_if_old_,
                         "DELETE FROM responses WHERE seq = (SELECT min(seq) FROM responses) AND at < ?1 "
                         "RETURNING bytes");
        !done)
        return done;
    return make(erase_first_, "DELETE FROM responses WHERE seq = (SELECT min(seq) FROM responses) RETURNING bytes");
}

Outcome<void> ResponseFile::count() {
    auto statement = database_.prepare("SELECT count(*), coalesce(sum(bytes), 0) FROM responses");
    if (!statement) return std::unexpected(std::move(statement.error()));
    if (auto row = statement->step(); !row) return std::unexpected(std::move(row.error()));
    rows_ = statement->number(0);
    bytes_ = statement->number(1);
    return {};
}

Outcome<void> ResponseFile::read_all(const Visit& visit) {
    auto statement = database_.prepare("SELECT owner, id, previous_id, input, answer, at FROM responses ORDER BY seq");
    if (!statement) return std::unexpected(std::move(statement.error()));
    while (true) {
        const auto row = statement->step();
        if (!row) return std::unexpected(row.error());
        if (!*row) return {};
        visit(statement->text(0), statement->text(1),
              {.previous_id = std::string(statement->text(2)),
               .input = std::string(statement->text(3)),
               .answer = std::string(statement->text(4)),
               .at = time_of(statement->number(5))});
    }
}

Outcome<std::int64_t> ResponseFile::drop(Statement& statement) {
    std::int64_t dropped = 0;
    while (true) {
        auto row = statement.step();
        if (row && *row) {
            bytes_ -= statement.number(0);
            --rows_;
            ++dropped;
            continue;
        }
        statement.reset();
        if (!row) return std::unexpected(std::move(row.error()));
        return dropped;
    }
}

Outcome<void> ResponseFile::put(std::string_view owner, std::string_view id, const KeptResponse& response) {
    if (auto done = erase(owner, id); !done) return done;
    const auto bytes = static_cast<std::int64_t>(bytes_of(response));
    insert_.bind(1, owner).bind(2, id).bind(3, response.previous_id).bind(4, response.input).bind(5, response.answer);
    insert_.bind(6, milliseconds_of(response.at)).bind(7, bytes);
    auto done = insert_.step();
    insert_.reset();
    if (!done) return std::unexpected(std::move(done.error()));
    bytes_ += bytes;
    ++rows_;
    return {};
}

Outcome<void> ResponseFile::erase(std::string_view owner, std::string_view id) {
    auto dropped = drop(erase_.bind(1, owner).bind(2, id));
    if (!dropped) return std::unexpected(std::move(dropped.error()));
    return {};
}

Outcome<bool> ResponseFile::has(std::string_view owner, std::string_view id) {
    auto found = has_.bind(1, owner).bind(2, id).step();
    has_.reset();
    return found;
}

// From the oldest on until one is young enough, as in memory: nothing is read of those that stay.
Outcome<void> ResponseFile::trim(const config::ResponseStore& limits, WallTime now) {
    const std::int64_t oldest = milliseconds_of(now - limits.age);
    Outcome<std::int64_t> dropped = 1;
    while (dropped && *dropped > 0) dropped = drop(erase_first_if_old_.bind(1, oldest));
    while (dropped && (rows_ > limits.count || bytes_ > static_cast<std::int64_t>(limits.bytes))) {
        dropped = drop(erase_first_);
        if (dropped && *dropped == 0) break;
    }
    if (!dropped) return std::unexpected(std::move(dropped.error()));
    return {};
}

void ResponseFile::roll_back() {
    // What has failed may have ended the transaction by itself; the numbers are those of the file again.
    (void)database_.run("ROLLBACK");
    (void)count();
}

}  // namespace breakwater
