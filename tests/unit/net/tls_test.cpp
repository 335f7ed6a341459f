#include "breakwater/net/tls.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <utility>

#include "tls_pair.hpp"

namespace breakwater {
namespace {

TlsTicketKeys new_keys() {
    auto made = TlsTicketKeys::make();
    EXPECT_TRUE(made) << made.error().message;
    return std::move(*made);
}

/// Makes a connection, on which the client gets a ticket, and says whether it was resumed by that of an earlier one.
bool is_resumed(TlsContext& server, TlsContext& client, int version) {
    const std::array<int, 2> fds = small_sockets();
    TlsEnd near(server, fds[0]);
    TlsEnd far(client, fds[1]);
    SSL_set_max_proto_version(far.tls(), version);
    bool near_done = false;
    bool far_done = false;
    for (int turn = 0; turn < 100 && !(near_done && far_done); ++turn) {
        far_done = far.shake();
        near_done = near.shake();
    }
    EXPECT_TRUE(near_done && far_done);
    EXPECT_EQ(SSL_version(far.tls()), version);
    EXPECT_EQ(far.read(), "");  // in 1.3 the tickets lie behind the handshake
    EXPECT_EQ(SSL_session_reused(near.tls()), SSL_session_reused(far.tls()));
    return SSL_session_reused(far.tls()) == 1;
}

TEST(TlsTicketKeys, AreTheSameForAllContextsThatGetThem) {
    const TlsFiles files;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const TlsTicketKeys keys = new_keys();
        const auto one = server_context(files, keys);
        const auto other = server_context(files, keys);
        const auto client = client_context();
        EXPECT_FALSE(is_resumed(*one, *client, version));
        for (int i = 0; i < 5; ++i) {
            EXPECT_TRUE(is_resumed(*other, *client, version)) << version;
            EXPECT_TRUE(is_resumed(*one, *client, version)) << version;
        }
    }
}

TEST(TlsTicketKeys, AreMadeAnewEachTime) {
    const TlsFiles files;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto one = server_context(files, new_keys());
        const auto other = server_context(files, new_keys());
        const auto client = client_context();
        EXPECT_FALSE(is_resumed(*one, *client, version));
        EXPECT_FALSE(is_resumed(*other, *client, version)) << version;
    }
}

TEST(TlsTicketKeys, OutliveTheObjectInTheContext) {
    const TlsFiles files;
    auto keys = std::make_unique<TlsTicketKeys>(new_keys());
    const auto server = server_context(files, *keys);
    keys.reset();
    const auto client = client_context();
    EXPECT_FALSE(is_resumed(*server, *client, TLS1_3_VERSION));
    EXPECT_TRUE(is_resumed(*server, *client, TLS1_3_VERSION));
}

TEST(TlsTicketKeys, ThatWereMovedAwayAreRefusedInWords) {
    const TlsFiles files;
    TlsTicketKeys keys = new_keys();
    const TlsTicketKeys taken = std::move(keys);
    const auto made = TlsContext::server(files.certificate, files.key, keys);  // NOLINT(bugprone-use-after-move)
    ASSERT_FALSE(made);
    EXPECT_TRUE(made.error().message.starts_with("OpenSSL does not take the keys for session tickets: "))
        << made.error().message;
}

}  // namespace
}  // namespace breakwater
