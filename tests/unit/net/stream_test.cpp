#include "breakwater/net/stream.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/net/worker.hpp"
#include "tls_pair.hpp"

namespace breakwater {
namespace {

std::shared_ptr<TlsContext> new_server(const TlsFiles& files) {
    auto keys = TlsTicketKeys::make();
    EXPECT_TRUE(keys) << keys.error().message;
    return server_context(files, *keys);
}

using Writes = std::vector<std::array<std::string, 3>>;

Task<void> send_all(Stream& stream, TlsContext& context, const Writes& writes, IoStatus& status, bool& done) {
    status = co_await stream.handshake(context, {}, {}, Deadline());
    for (std::size_t i = 0; i < writes.size() && status == IoStatus::ok; ++i) {
        status = co_await stream.write_all(writes[i][0], writes[i][1], writes[i][2], Deadline());
    }
    done = true;
}

/// A stream of a worker that makes the writes once its handshake is over, and what its client gets.
class TlsTalk {
public:
    TlsTalk(Worker& worker, TlsContext& server, TlsContext& client, Writes writes)
        : writes_(std::move(writes)), fds_(small_sockets()), stream_(worker, fds_[0]), client_(client, fds_[1]) {
        for (const auto& pieces : writes_) {
            for (const std::string& piece : pieces) expected_ += piece;
        }
        worker.start(send_all(stream_, server, writes_, status_, done_));
        for (int turn = 0; turn < 100 && !client_.shake(); ++turn) worker.poll();
        EXPECT_EQ(SSL_is_init_finished(client_.tls()), 1);
    }
    ~TlsTalk() { stream_.cancel(); }  // who still writes ends here
    TlsTalk(const TlsTalk&) = delete;
    TlsTalk& operator=(const TlsTalk&) = delete;

    void read() {
        std::string record = client_.read();
        if (record.empty()) return;
        got_ += record;
        records.push_back(std::move(record));
    }
    /// All writes have ended, whether they went well or not.
    [[nodiscard]] bool sent() const noexcept { return done_; }
    [[nodiscard]] bool arrived() const noexcept { return got_.size() >= expected_.size(); }
    void expect_all() const {
        EXPECT_TRUE(done_);
        EXPECT_EQ(status_, IoStatus::ok);
        EXPECT_TRUE(got_ == expected_) << got_.size() << " bytes of " << expected_.size();
    }
    std::vector<std::string> records{};

private:
    Writes writes_;
    std::array<int, 2> fds_;
    std::string expected_{};
    std::string got_{};
    IoStatus status_ = IoStatus::ok;
    bool done_ = false;
    Stream stream_;
    TlsEnd client_;
};

void finish(Worker& worker, TlsTalk& talk) {
    for (int turn = 0; turn < 10'000 && !(talk.sent() && talk.arrived()); ++turn) {
        worker.poll();
        talk.read();
    }
    talk.expect_all();
}

TEST(Stream, SendsSmallPiecesInOneTlsRecord) {
    const TlsFiles files;
    const auto server = new_server(files);
    const auto client = client_context();
    Worker worker(1);
    const std::string largest(SSL3_RT_MAX_PLAIN_LENGTH - 4, 'b');
    TlsTalk talk(worker, *server, *client,
                 {{"5\r\n", "hello", "\r\n"}, {"", "alone", ""}, {"two", "", " pieces"}, {"aa", largest, "cc"}});
    finish(worker, talk);
    EXPECT_EQ(talk.records, (std::vector<std::string>{"5\r\nhello\r\n", "alone", "two pieces", "aa" + largest + "cc"}));
}

TEST(Stream, SendsPiecesThatAreTooLongForOneTlsRecord) {
    const TlsFiles files;
    const auto server = new_server(files);
    const auto client = client_context();
    Worker worker(1);
    const std::string most(SSL3_RT_MAX_PLAIN_LENGTH, 'b');
    TlsTalk talk(
        worker, *server, *client,
        {{"4000\r\n", most, "\r\n"}, {std::string(40'000, 'x'), "y", "z"}, {"a", "b", std::string(50'000, 'c')}});
    finish(worker, talk);
}

// Their pieces are joined in the same place; each is stopped in the middle of a record while the other goes on.
TEST(Stream, DoesNotMixWhatSeveralSendOverTls) {
    const TlsFiles files;
    const auto server = new_server(files);
    const auto client = client_context();
    Worker worker(1);
    std::vector<std::unique_ptr<TlsTalk>> talks;
    for (const char letter : {'a', 'b', 'c'}) {
        Writes writes;
        for (std::size_t i = 0; i < 40; ++i) {
            const std::size_t length = 1 + (i * 2'741 + static_cast<std::size_t>(letter) * 997) % 20'000;
            writes.push_back({std::to_string(length), std::string(length, letter), "\r\n"});
        }
        talks.push_back(std::make_unique<TlsTalk>(worker, *server, *client, std::move(writes)));
    }
    for (int turn = 0; turn < 20; ++turn) worker.poll();
    for (const auto& talk : talks) EXPECT_FALSE(talk->sent());  // nobody has read yet
    std::size_t arrived = 0;
    for (std::size_t turn = 0; turn < 30'000 && arrived < talks.size(); ++turn) {
        talks[turn % talks.size()]->read();
        worker.poll();
        arrived = 0;
        for (const auto& talk : talks) arrived += talk->sent() && talk->arrived() ? 1 : 0;
    }
    for (const auto& talk : talks) talk->expect_all();
}

}  // namespace
}  // namespace breakwater
