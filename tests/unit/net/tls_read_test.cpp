#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/random.hpp"
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

/// Two ends of a connection after their handshake, the near one a stream that nobody reads.
struct Watched {
    Watched() {
        auto keys = TlsTicketKeys::make();
        EXPECT_TRUE(keys) << keys.error().message;
        server = server_context(files, *keys);
        worker.start(read_once(stream, *server, buffer, read));
        for (int turn = 0; turn < 100 && !peer.shake(); ++turn) worker.poll();
        EXPECT_EQ(SSL_is_init_finished(peer.tls()), 1);
    }
    ~Watched() { stream.cancel(); }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;
    void turn(int turns = 5) {
        for (int i = 0; i < turns; ++i) worker.poll();
    }

    TlsFiles files{};
    std::shared_ptr<TlsContext> server{};
    std::shared_ptr<TlsContext> client = client_context();
    std::array<int, 2> fds = small_sockets();
    Worker worker{1};
    Stream stream{worker, fds[0]};
    TlsEnd peer{*client, fds[1]};
    std::string buffer = std::string(7, '\0');
    IoResult read{};
};

// A pool asks this of a connection whose answer has been read to its last byte.
TEST(TlsRead, IsNotAliveWhenTheEndWasReadAhead) {
    for (const bool ends : {false, true}) {
        Watched watched;
        ASSERT_EQ(SSL_write(watched.peer.tls(), "answer.", 7), 7);
        if (ends) SSL_shutdown(watched.peer.tls());
        watched.turn();
        ASSERT_EQ(watched.read.bytes, 7u);
        EXPECT_EQ(watched.buffer, "answer.");
        EXPECT_EQ(watched.stream.seems_idle_and_alive(), !ends);
        EXPECT_EQ(watched.stream.idle_and_alive(), !ends);
    }
}

struct TakesNothing final : EarlyBytes {
    bool take_early_bytes() override {
        ++asked;
        return false;
    }
    int asked = 0;
};

// What the kernel has been relieved of tells those who watch all the same.
TEST(TlsRead, TellsWhoWatchesOfWhatWasReadAhead) {
    for (const bool ends : {false, true}) {
        Watched watched;
        const std::string_view said = ends ? "request" : "requestnext";
        ASSERT_EQ(SSL_write(watched.peer.tls(), said.data(), static_cast<int>(said.size())), std::ssize(said));
        if (ends) SSL_shutdown(watched.peer.tls());
        watched.turn();
        ASSERT_EQ(watched.buffer, "request");
        CancelSource gone;
        TakesNothing early;
        watched.stream.watch_peer(gone, true, early);
        watched.turn();
        EXPECT_EQ(gone.requested(), ends);
        EXPECT_EQ(early.asked, ends ? 0 : 1);
        watched.stream.unwatch_peer();
    }
}

// A look takes what it sees from the kernel, and the read that comes after it finds it.
TEST(TlsRead, FindsWhatALookHasTaken) {
    Watched watched;
    ASSERT_EQ(SSL_write(watched.peer.tls(), "request", 7), 7);
    watched.turn();
    for (const std::string_view next : {"second.", "third.."}) {
        ASSERT_EQ(SSL_write(watched.peer.tls(), next.data(), 7), 7);
        CancelSource gone;
        TakesNothing early;
        watched.stream.watch_peer(gone, true, early);
        watched.turn();
        EXPECT_EQ(early.asked, 1);
        watched.stream.unwatch_peer();
        EXPECT_FALSE(watched.stream.seems_idle_and_alive());
        watched.read = {};
        watched.worker.start(
            [](Watched& w) -> Task<void> { w.read = co_await w.stream.read_some(w.buffer, Deadline()); }(watched));
        watched.turn();
        EXPECT_EQ(watched.read.bytes, 7u);
        EXPECT_EQ(watched.buffer, next);
    }
}

Task<void> write_all_of(Stream& stream, std::string_view text, bool& done) {
    for (std::size_t at = 0; at < text.size(); at += 300) {
        if (co_await stream.write_all(text.substr(at, 300), Deadline()) != IoStatus::ok) co_return;
    }
    done = true;
}

Task<void> read_into(Stream& stream, std::string& out) {
    std::string buffer(64, '\0');
    while (true) {
        const IoResult read = co_await stream.read_some(buffer, Deadline());
        if (read.status != IoStatus::ok) co_return;
        out.append(buffer, 0, read.bytes);
    }
}

// Nothing hangs, spins or is lost. The peer asks for no new keys of ours: where a record waits, OpenSSL 3.0 fails ("bad
// length") instead of sending them behind it.
TEST(TlsRead, GoesOnThroughNewKeysWhileTheSocketIsFull) {
    Watched watched;
    ASSERT_EQ(SSL_write(watched.peer.tls(), "request", 7), 7);
    watched.turn();
    std::string text;
    for (int i = 0; text.size() < 200'000; ++i) text += std::to_string(i) + ",";
    bool written = false;
    std::string got;
    std::string said;
    watched.worker.start(write_all_of(watched.stream, text, written));
    watched.worker.start(read_into(watched.stream, got));
    std::string arrived;
    Rng rng(3);
    for (int step = 0; step < 40'000 && (arrived.size() < text.size() || got.size() < said.size()); ++step) {
        ERR_clear_error();
        const bool more = said.size() < 20'000;
        if (more && rng.below(4) == 0) SSL_key_update(watched.peer.tls(), SSL_KEY_UPDATE_NOT_REQUESTED);
        if (more && rng.below(2) == 0) {
            const std::string piece = std::to_string(step) + ";";
            if (SSL_write(watched.peer.tls(), piece.data(), static_cast<int>(piece.size())) > 0) said += piece;
        }
        watched.turn(1);
        // The peer reads seldom at first, so that the stream's socket is full.
        if (step > 300 || rng.below(20) == 0) arrived += watched.peer.read();
    }
    EXPECT_TRUE(written);
    EXPECT_EQ(arrived, text);
    EXPECT_EQ(got, said);
}

// Answers to the peer's new keys fill the socket, until a look has to wait for room: it sees the end only then.
TEST(TlsRead, GoesOnOnceThereIsRoomForAnAnswerThatComesFirst) {
    Watched watched;
    ASSERT_EQ(SSL_write(watched.peer.tls(), "request", 7), 7);
    watched.turn();
    CancelSource gone;
    TakesNothing early;
    watched.stream.watch_peer(gone, true, early);
    for (int asked = 0; asked < 200; ++asked) {
        ERR_clear_error();
        SSL_key_update(watched.peer.tls(), SSL_KEY_UPDATE_REQUESTED);
        SSL_do_handshake(watched.peer.tls());
        watched.turn(1);
    }
    ::shutdown(watched.fds[1], SHUT_WR);
    watched.turn(50);
    const bool gone_before = gone.requested();
    std::array<char, 4'096> answers{};
    for (int step = 0; step < 100 && !gone.requested(); ++step) {
        static_cast<void>(::recv(watched.fds[1], answers.data(), answers.size(), MSG_DONTWAIT));
        watched.turn();
    }
    EXPECT_FALSE(gone_before);
    EXPECT_TRUE(gone.requested());
    EXPECT_EQ(early.asked, 0);
    watched.stream.unwatch_peer();
}

}  // namespace
}  // namespace breakwater
