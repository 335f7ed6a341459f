#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/net/stream.hpp"
#include "breakwater/net/worker.hpp"
#include "tls_pair.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kManyBytes = 64u << 10;

/// What a stream reads, one string a read, until it ends.
struct Reads {
    std::vector<std::string> pieces{};
    IoStatus end = IoStatus::ok;
};

Task<void> read_all(Stream& stream, TlsContext& context, std::size_t room, Reads& reads) {
    reads.end = co_await stream.handshake(context, {}, {}, Deadline());
    std::string buffer(room, '\0');
    while (reads.end == IoStatus::ok) {
        const IoResult read = co_await stream.read_some(buffer, Deadline());
        reads.end = read.status;
        if (read.status == IoStatus::ok) reads.pieces.push_back(buffer.substr(0, read.bytes));
    }
}

/// A stream that reads, and its peer, whose bytes go through the test, which may hold them back.
class TlsListener {
public:
    explicit TlsListener(std::size_t room = kManyBytes) {
        auto keys = TlsTicketKeys::make();
        EXPECT_TRUE(keys) << keys.error().message;
        server_ = server_context(files_, *keys);
        stream_ = std::make_unique<Stream>(worker_, near_[0]);
        peer_ = std::make_unique<TlsEnd>(*client_, far_[1]);
        worker_.start(read_all(*stream_, *server_, room, reads));
        for (int turn = 0; turn < 100 && !peer_->shake(); ++turn) {
            carry(said());
            answer();
        }
        carry(said());
        EXPECT_EQ(SSL_is_init_finished(peer_->tls()), 1);
    }
    ~TlsListener() {
        stream_->cancel();
        for (const int fd : {near_[1], far_[0]}) ::close(fd);
    }
    TlsListener(const TlsListener&) = delete;
    TlsListener& operator=(const TlsListener&) = delete;

    [[nodiscard]] Stream& stream() noexcept { return *stream_; }
    [[nodiscard]] ssl_st* peer() const noexcept { return peer_->tls(); }
    void say(std::string_view text) const {
        EXPECT_EQ(SSL_write(peer(), text.data(), static_cast<int>(text.size())), static_cast<int>(text.size()));
    }
    /// What the peer has said since, encrypted.
    [[nodiscard]] std::string said() const { return taken_from(far_[0]); }
    /// Lets the stream have those bytes, all at once.
    void carry(std::string_view bytes) {
        EXPECT_EQ(::write(near_[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
        for (int turn = 0; turn < 5; ++turn) worker_.poll();
    }

    Reads reads{};

private:
    static std::string taken_from(int fd) {
        std::string bytes(kManyBytes, '\0');
        const ssize_t got = ::read(fd, bytes.data(), bytes.size());
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }
    void answer() const {
        const std::string bytes = taken_from(near_[1]);
        EXPECT_EQ(::write(far_[0], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    }

    TlsFiles files_{};
    std::shared_ptr<TlsContext> server_{};
    std::shared_ptr<TlsContext> client_ = client_context();
    std::array<int, 2> near_ = small_sockets();
    std::array<int, 2> far_ = small_sockets();
    Worker worker_{1};
    std::unique_ptr<Stream> stream_{};
    std::unique_ptr<TlsEnd> peer_{};
};

TEST(TlsRead, GivesWhatCameTogetherAtOnce) {
    TlsListener listener;
    listener.say("one ");
    listener.say("two ");
    listener.say("three");
    listener.carry(listener.said());
    EXPECT_EQ(listener.reads.pieces, (std::vector<std::string>{"one two three"}));
    EXPECT_EQ(listener.reads.end, IoStatus::ok);
}

// What is read ahead is told of by nobody but OpenSSL.
TEST(TlsRead, GoesOnWithWhatABufferHadNoRoomFor) {
    TlsListener listener(4);
    listener.say("one ");
    listener.say("two ");
    listener.say("three");
    listener.carry(listener.said());
    EXPECT_EQ(listener.reads.pieces, (std::vector<std::string>{"one ", "two ", "thre", "e"}));
}

// No FIN follows: who has said that it is over may wait for us to close.
TEST(TlsRead, SeesAnEndThatCameWithTheLastBytes) {
    for (const std::size_t room : {kManyBytes, std::size_t{3}, std::size_t{1}}) {
        TlsListener listener(room);
        listener.say("bye");
        SSL_shutdown(listener.peer());
        listener.carry(listener.said());
        std::string all;
        for (const std::string& piece : listener.reads.pieces) all += piece;
        EXPECT_EQ(all, "bye") << room;
        EXPECT_EQ(listener.reads.end, IoStatus::end) << room;
    }
}

TEST(TlsRead, SeesAFailureThatCameWithTheLastBytes) {
    TlsListener listener;
    listener.say("then");
    listener.carry(listener.said() + "this is no record");
    EXPECT_EQ(listener.reads.pieces, (std::vector<std::string>{"then"}));
    EXPECT_EQ(listener.reads.end, IoStatus::failed);
    EXPECT_NE(listener.stream().tls_error(), "");
}

TEST(TlsRead, WaitsForTheRestOfARecord) {
    TlsListener listener;
    listener.say("one ");
    const std::size_t first = 4 + 5 + 17;  // head, content, and what encryption adds in TLS 1.3
    listener.say("two");
    const std::string said = listener.said();
    for (std::size_t cut = 1; cut < said.size(); ++cut) {
        TlsListener other;
        other.say("one ");
        other.say("two");
        const std::string bytes = other.said();
        ASSERT_EQ(bytes.size(), said.size());
        other.carry(bytes.substr(0, cut));
        EXPECT_EQ(other.reads.pieces.size(), cut >= first ? 1u : 0u) << cut;
        other.carry(bytes.substr(cut));
        std::string all;
        for (const std::string& piece : other.reads.pieces) all += piece;
        EXPECT_EQ(all, "one two") << cut;
        EXPECT_EQ(other.reads.end, IoStatus::ok) << cut;
    }
}

Task<void> read_once(Stream& stream, TlsContext& context, std::string& buffer, IoResult& read) {
    read.status = co_await stream.handshake(context, {}, {}, Deadline());
    if (read.status == IoStatus::ok) read = co_await stream.read_some(buffer, Deadline());
}

// A pool asks this of a connection whose answer has been read to its last byte.
TEST(TlsRead, IsNotAliveWhenTheEndWasReadAhead) {
    const TlsFiles files;
    auto keys = TlsTicketKeys::make();
    ASSERT_TRUE(keys) << keys.error().message;
    const auto server = server_context(files, *keys);
    const auto client = client_context();
    for (const bool ends : {false, true}) {
        Worker worker(1);
        const std::array<int, 2> fds = small_sockets();
        Stream stream(worker, fds[0]);
        TlsEnd peer(*client, fds[1]);
        std::string buffer(6, '\0');
        IoResult read;
        worker.start(read_once(stream, *server, buffer, read));
        for (int turn = 0; turn < 100 && !peer.shake(); ++turn) worker.poll();
        ASSERT_EQ(SSL_write(peer.tls(), "answer", 6), 6);
        if (ends) SSL_shutdown(peer.tls());
        for (int turn = 0; turn < 5; ++turn) worker.poll();
        ASSERT_EQ(read.bytes, 6u);
        EXPECT_EQ(buffer, "answer");
        EXPECT_EQ(stream.seems_idle_and_alive(), !ends);
        EXPECT_EQ(stream.idle_and_alive(), !ends);
    }
}

}  // namespace
}  // namespace breakwater
