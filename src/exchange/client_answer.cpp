#include "client_answer.hpp"

#include <algorithm>

namespace breakwater {

EncoderContext client_identity(const ExchangeRequest& exchange, std::string model, WallTime now) {
    EncoderContext context;
    context.response_id = exchange.response_id;
    context.created = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    context.model = std::move(model);
    context.keeper = exchange.keeper;
    context.request_id = exchange.request_id;
    return context;
}

std::unique_ptr<ResponseEncoder> make_client_encoder(const ExchangeRequest& exchange, std::string model, WallTime now) {
    return exchange.operation->make_encoder(client_identity(exchange, std::move(model), now));
}

Error shutting_down() {
    Error error(ErrorKind::shutting_down,
                "The gateway is being stopped, and this request took longer than it had left. Send it again: another "
                "process answers.");
    error.should_retry = true;
    return error;
}

HttpResponseHead ClientAnswer::make_head(const ResponseEncoder& encoder) {
    HttpResponseHead head;
    head.headers.reserve(16, 640);
    encoder.head(head);
    report_.status = head.status;
    report_.first_byte = since_start();
    exchange_.decorate(head, report_);
    head_sent_ = true;
    return head;
}

// Never zero, which says that there was none.
Duration ClientAnswer::since_start() {
    return std::max(Duration(runtime_.renew_now() - started_), Duration(1));
}

void ClientAnswer::note_bytes(std::string_view bytes) {
    report_.bytes_out += bytes.size();
}

Task<bool> ClientAnswer::stream(const ResponseEncoder& encoder, std::string_view bytes) {
    note_bytes(bytes);
    bool written = true;
    if (head_sent_) {
        written = co_await client_.write(bytes);
    } else {
        HttpResponseHead head = make_head(encoder);
        written = co_await client_.start_stream(std::move(head), bytes);
    }
    last_write_ = runtime_.now();
    co_return written;
}

Task<bool> ClientAnswer::finish_stream(const ResponseEncoder& encoder, std::string_view bytes) {
    if (!head_sent_) {
        // An answer that is complete before anything was sent still travels as a stream: the client asked for one.
        HttpResponseHead head = make_head(encoder);
        if (!co_await client_.start_stream(std::move(head), {})) co_return false;
    }
    note_bytes(bytes);
    co_return co_await client_.finish_stream(bytes);
}

Task<bool> ClientAnswer::whole(const ResponseEncoder& encoder, std::string_view body) {
    note_bytes(body);
    return client_.respond(make_head(encoder), body);
}

Task<bool> ClientAnswer::error(Error&& error) {
    if (head_sent_) co_return co_await error_in_band(std::move(error));
    report_.error = std::move(error);
    report_.termination = Termination::error;
    HttpResponse response = exchange_.ingress->encode_error(*report_.error, exchange_.request_id);
    report_.status = response.head.status;
    report_.first_byte = since_start();
    exchange_.decorate(response.head, report_);
    head_sent_ = true;
    note_bytes(response.body);
    co_return co_await client_.respond(std::move(response.head), response.body);
}

// No coroutine, so that the event lives no longer than it is read.
Task<bool> ClientAnswer::break_off(ResponseEncoder& encoder, Error&& error) {
    report_.termination = Termination::error_in_stream;
    report_.error = std::move(error);
    if (!encoder.says_faults()) return stream(encoder, encoder.out());
    encoder.on_event(StreamFault{*report_.error});
    return finish_stream(encoder, encoder.out());
}

// A ping has begun the stream. Only chats have events of the dialect's; those of other operations are their encoder's.
Task<bool> ClientAnswer::error_in_band(Error&& error) {
    if (exchange_.operation->chat() == nullptr) {
        const auto encoder = make_client_encoder(exchange_, {}, runtime_.wall_now());
        if (encoder->says_faults()) co_return co_await break_off(*encoder, std::move(error));
    }
    report_.error = std::move(error);
    report_.termination = Termination::error_in_stream;
    const std::string end = exchange_.ingress->encode_stream_error(*report_.error, exchange_.request_id);
    note_bytes(end);
    co_return co_await client_.finish_stream(end);
}

}  // namespace breakwater
