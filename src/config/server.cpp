#include <fmt/format.h>

#include "addresses.hpp"
#include "secrets.hpp"
#include "sections.hpp"

namespace breakwater::config {
namespace {

void read_memory(std::string_view text, Limits& limits) {
    if (text == "off") {
        limits.memory_bytes = 0;
    } else if (text != "auto") {
        if (const auto bytes = parse_size(text)) limits.memory_bytes = static_cast<std::size_t>(*bytes);
    }
}

void read_limits(MapReader map, Limits& limits) {
    map.size("body", limits.body_bytes);
    map.size("header", limits.header_bytes);
    if (const auto value = map.integer("headers")) limits.headers = *value;
    if (const auto value = map.integer("json_depth")) limits.json_depth = *value;
    if (const auto value = map.integer("connections")) limits.connections = *value;
    if (const Node* memory = map.find("memory")) read_memory(memory->text, limits);
}

void read_timeouts(MapReader map, ServerTimeouts& timeouts) {
    map.duration("header", timeouts.header);
    map.duration("body", timeouts.body);
    map.duration("idle", timeouts.idle);
    map.duration("write", timeouts.write);
    map.duration("drain", timeouts.drain);
    map.duration("ping", timeouts.ping);
}

void read_addresses(MapReader map, Server& server, LoadContext& context) {
    if (const Node* listen = map.find("listen")) server.listen = parse_address(listen->text).value_or(server.listen);
    if (const Node* admin = map.find("admin")) {
        if (admin->text == "off") {
            server.admin.reset();
        } else {
            server.admin = parse_address(admin->text).value_or(Address{});
        }
    }
    if (!server.admin || !clash(server.listen, *server.admin)) return;
    const bool admin_is_set = map.find("admin") != nullptr;
    context.problems.add(map.mark(admin_is_set ? "admin" : "listen"),
                         fmt::format("`server.listen` and `server.admin` both take port {}", server.listen.port),
                         "give `server.admin` another port, or turn it off: admin: off");
}

void read_tls(MapReader map, Server& server, LoadContext& context) {
    const Node* tls = map.find("tls");
    if (tls == nullptr) return;
    const MapReader section(tls);
    server.tls = TlsServer{
        .certificate_file = read_pem_path(section, "certificate", "CERTIFICATE", "server.tls.certificate", context),
        .key_file = read_pem_path(section, "key", "PRIVATE KEY", "server.tls.key", context),
    };
}

void read_media(MapReader map, Media& media, LoadContext& context) {
    map.boolean("fetch", media.fetch);
    map.texts("hosts", media.hosts);
    map.texts("private_hosts", media.private_hosts);
    media.ca_file = read_pem_path(map, "ca_file", "CERTIFICATE", "server.media.ca_file", context);
    map.size("size", media.bytes);
    map.duration("timeout", media.timeout);
}

void read_cors(MapReader map, Cors& cors, LoadContext& context) {
    map.duration("max_age", cors.max_age);
    const std::vector<const Node*> origins = map.list("origins");
    for (const Node* node : origins) {
        const bool any = node->text == "*";
        if (any && origins.size() > 1) {
            context.problems.add(node->mark, "`server.cors.origins` has \"*\" beside other origins",
                                 "write \"*\" alone, or only the origins");
        } else if (auto origin = any ? Parsed<std::string>(node->text) : parse_origin(node->text)) {
            cors.origins.push_back(std::move(*origin));
        } else {
            context.problems.add(node->mark,
                                 "`server.cors.origins` expects origins as a browser sends them, such as "
                                 "https://app.example.com or http://localhost:3000",
                                 origin.error());
        }
    }
}

void read_realtime(MapReader map, Realtime& realtime) {
    map.duration("idle", realtime.idle);
    map.duration("session", realtime.session);
    map.size("message", realtime.message);
}

void read_trace(MapReader map, Trace& trace, LoadContext& context) {
    map.word("propagate", trace.propagate,
             {{"none", TracePropagation::none},
              {"self_hosted", TracePropagation::self_hosted},
              {"all", TracePropagation::all}});
    const MapReader otlp = map.map("otlp");
    const std::string path = "server.trace.otlp";
    if (const Node* url = otlp.find("endpoint")) trace.otlp.endpoint = parse_base_url(url->text).value_or("");
    trace.otlp.headers = read_headers(otlp, path, context);
    trace.otlp.ca_file = read_pem_path(otlp, "ca_file", "CERTIFICATE", path + ".ca_file", context);
    otlp.share("sample", trace.otlp.sample);
    otlp.text("service", trace.otlp.service);
    if (const auto queue = otlp.integer("queue")) trace.otlp.queue = *queue;
    otlp.duration("timeout", trace.otlp.timeout);
}

}  // namespace

void read_server(MapReader map, LoadContext& context) {
    Server& server = context.config.server;
    read_addresses(map, server, context);
    if (const auto workers = map.integer("workers")) server.workers = static_cast<int>(*workers);
    read_limits(map.map("limits"), server.limits);
    read_timeouts(map.map("timeouts"), server.timeouts);
    map.word("half_close", server.half_close, {{"cancel", HalfClose::cancel}, {"answer", HalfClose::answer}});
    map.word("log", server.log, {{"auto", LogFormat::automatic}, {"json", LogFormat::json}, {"text", LogFormat::text}});
    read_trace(map.map("trace"), server.trace, context);
    read_tls(map, server, context);
    read_media(map.map("media"), server.media, context);
    read_cors(map.map("cors"), server.cors, context);
    read_realtime(map.map("realtime"), server.realtime);
}

void read_response_store(MapReader section, LoadContext& context) {
    ResponseStore& store = context.config.responses;
    std::string where = "memory";
    section.text("store", where);
    store.enabled = where != "none";
    const Node* file = section.find("file");
    if ((where == "sqlite") != (file != nullptr)) {
        context.problems.add(file != nullptr ? file->mark : section.mark("store"),
                             file != nullptr ? "`responses.file` is for `store: sqlite` only"
                                             : "`responses.store: sqlite` needs `responses.file`",
                             file != nullptr ? "add `store: sqlite`, or leave the file out"
                                             : "name the database, such as `file: /var/lib/breakwater/responses.db`");
    } else if (file != nullptr) {
        store.file = resolve_path(file->text, context.config.path);
    }
    if (const auto count = section.integer("count")) store.count = static_cast<std::int64_t>(*count);
    section.size("bytes", store.bytes);
    section.duration("age", store.age);
}

}  // namespace breakwater::config
