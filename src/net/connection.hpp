#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "request_guard.hpp"
#include "server_state.hpp"
#include "streamed_body.hpp"

namespace breakwater {

/// One client connection: reads requests, hands them on, writes answers; one request at a time, pipelined ones wait in
/// the buffer.
class Connection final : public ClientStream, private ClientTunnel, private EarlyBytes, private BodyOwner {
public:
    Connection(std::shared_ptr<Server::State> server, int fd)
        : server_(std::move(server)), stream_(server_->worker, fd) {
        place_ = server_->connections.insert(server_->connections.end(), OpenConnection{&stream_});
        server_->open.fetch_add(1, std::memory_order_relaxed);
    }
    ~Connection() override {
        stream_.close();
        server_->connections.erase(place_);
        server_->open.fetch_sub(1, std::memory_order_relaxed);
        server_->connection_ended();
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Task<void> serve();

    // ClientStream
    Task<bool> respond(HttpResponseHead head, std::string_view body) override;
    Task<bool> start_stream(HttpResponseHead head, std::string_view first) override;
    Task<bool> write(std::string_view bytes) override;
    Task<bool> finish_stream(std::string_view last) override;
    Task<ClientTunnel*> switch_protocols(HttpResponseHead head, std::string_view first) override;
    CancelSource& gone() noexcept override { return *gone_; }

private:
    // ClientTunnel
    Task<TunnelRead> read(Deadline deadline) override;
    Task<bool> write_raw(std::string_view bytes) override;
    void cancel() noexcept override { stream_.cancel(); }
    void interrupt() noexcept override { stream_.interrupt_read(); }

    enum class Next : std::uint8_t { request, close };
    Task<bool> handshake();
    Task<Next> read_head();
    Task<Next> read_request();
    void take_head(GuardVerdict verdict, std::string_view received);
    Task<Next> read_body();
    Task<Next> read_sized_body(std::uint64_t length, Deadline deadline);
    Task<Next> read_chunked_body(Deadline deadline);
    bool begin_upload(const BodyFrame& frame, Deadline deadline);
    void end_upload() noexcept;
    /// `head` null: it is what is at fault.
    Task<Next> refuse(int status, std::string_view reason, const HttpRequest* head = nullptr);
    Task<Next> refuse_with(HttpResponse response);
    Task<Next> body_broke_off(IoStatus status);
    Task<void> drain(std::size_t bytes_max, Duration time);
    Task<bool> more(Deadline deadline, IoStatus& status);
    void begin_answer();
    [[gnu::noinline]] void end_answer();  // inlined, its locals would be in the frame of a waiting connection
    bool take_early_bytes() override;
    void body_ended() override;
    void client_left() override { gone_->request(); }
    /// Something of the request is still with the client.
    [[nodiscard]] bool is_uploading() const noexcept { return upload_ && !upload_->ended(); }
    [[nodiscard]] Deadline write_deadline() const;
    [[nodiscard]] TimePoint now() const noexcept { return server_->worker.now(); }
    bool note_write(IoStatus status);

    std::shared_ptr<Server::State> server_;
    Stream stream_;
    std::list<OpenConnection>::iterator place_;
    std::shared_ptr<const ServerSettings> settings_;
    std::string buffer_;  // received and not yet used
    Framing framing_{};
    ServerRequest request_;
    std::unique_ptr<StreamedBody> upload_;  // null unless the request is handled before all of it has come
    std::optional<CancelSource> gone_;
    bool answered_ = false;
    bool streaming_ = false;
    bool chunked_out_ = false;
    bool keep_alive_ = true;
    bool head_only_ = false;
    bool buffer_lent_ = false;  // whoever reads the tunnel has what is in the buffer
};

}  // namespace breakwater
