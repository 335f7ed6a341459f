#include "key_spec.hpp"

namespace breakwater::config {
namespace {

std::span<const KeySpec> limit_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "body",
         .type = Type::size,
         .default_text = "32MB",
         .meaning = "Largest request body. A larger one is answered 413.",
         .from = "1k",
         .to = "1GB"},
        {.name = "header",
         .type = Type::size,
         .default_text = "64KB",
         .meaning = "Largest request head: request line and all headers.",
         .from = "1k",
         .to = "1MB"},
        {.name = "headers",
         .type = Type::integer,
         .default_text = "100",
         .meaning = "Most headers in a request.",
         .from = "10",
         .to = "10000"},
        {.name = "json_depth",
         .type = Type::integer,
         .default_text = "64",
         .meaning = "Deepest nesting of a request's JSON.",
         .from = "8",
         .to = "1024"},
        {.name = "connections",
         .type = Type::integer,
         .default_text = "10000",
         .meaning = "Most client connections of the process. One more is answered 503 and closed.",
         .from = "1",
         .to = "1000000"},
        {.name = "memory",
         .type = Type::size,
         .default_text = "auto",
         .meaning = "What the process may use. Above 95% of it new requests are answered 503 until it is below 90%; "
                    "running ones go on. `auto`: the limit of the container (its control group), where it has one. "
                    "`off`: memory is not watched.",
         .words = "auto off",
         .from = "16MB",
         .to = "65536GB"},
    };
    return kKeys;
}

std::span<const KeySpec> server_timeout_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "header",
         .type = Type::duration,
         .default_text = "10s",
         .meaning = "From the first byte of a request head to its end.",
         .from = "1ms",
         .to = "24h"},
        {.name = "body",
         .type = Type::duration,
         .default_text = "30s",
         .meaning = "From the end of the head to the end of the body.",
         .from = "1ms",
         .to = "24h"},
        {.name = "idle",
         .type = Type::duration,
         .default_text = "75s",
         .meaning = "A kept connection without a request is closed after this.",
         .from = "1ms",
         .to = "24h"},
        {.name = "write",
         .type = Type::duration,
         .default_text = "60s",
         .meaning = "For one write to a client that does not read.",
         .from = "1ms",
         .to = "24h"},
        {.name = "drain",
         .type = Type::duration,
         .default_text = "10m",
         .meaning = "For running requests after SIGTERM, before they are cut.",
         .from = "0s",
         .to = "24h"},
        {.name = "ping",
         .type = Type::duration,
         .default_text = "15s",
         .meaning =
             "A stream that is silent for so long gets a comment, so that no proxy in between takes it for dead.",
         .from = "1s",
         .to = "24h"},
    };
    return kKeys;
}

std::span<const KeySpec> tls_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "certificate",
         .type = Type::path,
         .meaning = "PEM file with the certificate and its chain.",
         .required = true},
        {.name = "key", .type = Type::path, .meaning = "PEM file with the private key.", .required = true},
    };
    return kKeys;
}

std::span<const KeySpec> otlp_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "endpoint",
         .type = Type::url,
         .meaning = "Address of the collector, such as `http://127.0.0.1:4318`; spans go to `/v1/traces` below it.",
         .required = true},
        {.name = "headers",
         .type = Type::headers,
         .meaning = "Headers added to every request to the collector. Their values are treated as credentials."},
        {.name = "ca_file", .type = Type::path, .meaning = "PEM bundle of authorities, instead of the system's."},
        {.name = "sample",
         .type = Type::share,
         .default_text = "100%",
         .meaning = "Share of the traces that begin at the gateway. Where a client with a valid key sends "
                    "`traceparent`, its flag decides.",
         .from = "0%",
         .to = "100%"},
        {.name = "service",
         .type = Type::text,
         .default_text = "breakwater",
         .meaning = "`service.name` of the spans."},
        {.name = "queue",
         .type = Type::integer,
         .default_text = "2048",
         .meaning = "Most spans of a worker that wait to be sent. What does not fit is dropped and counted.",
         .from = "128",
         .to = "65536"},
        {.name = "timeout",
         .type = Type::duration,
         .default_text = "10s",
         .meaning = "For one request to the collector.",
         .from = "1ms",
         .to = "1m"},
    };
    return kKeys;
}

std::span<const KeySpec> trace_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "propagate",
         .type = Type::word,
         .default_text = "none",
         .meaning = "Which providers are sent the trace context of a request. `self_hosted`: those that "
                    "are your own, by what `base_url` says: a private, link-local or loopback address, a name without "
                    "a dot, or one below `.internal`, `.local` and the like. `all` tells vendors the ids of "
                    "traces, and what the client's `tracestate` says.",
         .words = "none self_hosted all"},
        {.name = "otlp",
         .type = Type::map,
         .meaning = "With it, each request becomes spans that are sent to a collector (OpenTelemetry's protocol over "
                    "HTTP, in JSON).",
         .children = otlp_keys},
    };
    return kKeys;
}

std::span<const KeySpec> media_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "fetch",
         .type = Type::boolean,
         .default_text = "false",
         .meaning =
             "Fetches images and files that a request names by an https address, when a candidate of its route "
             "takes them inline only. Off, such a candidate refuses them. On, the gateway connects to hosts of a "
             "client's choice: never to addresses that are not public, never through a redirect."},
        {.name = "hosts",
         .type = Type::texts,
         .meaning =
             "Hosts to fetch from; `.example.com` is every host below it. Without it: all on the public internet."},
        {.name = "private_hosts",
         .type = Type::texts,
         .meaning = "Hosts, or `host:port`, that need not be on the public internet."},
        {.name = "ca_file",
         .type = Type::path,
         .meaning = "PEM bundle of the authorities that vouch for `private_hosts`, instead of the system's."},
        {.name = "size",
         .type = Type::size,
         .default_text = "10MB",
         .meaning = "Most bytes of all images and files that are fetched for one request.",
         .from = "1k",
         .to = "100MB"},
        {.name = "timeout",
         .type = Type::duration,
         .default_text = "5s",
         .meaning = "For each of them, from the look-up of its host to its last byte.",
         .from = "1ms",
         .to = "1m"},
    };
    return kKeys;
}

std::span<const KeySpec> cors_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "origins",
         .type = Type::texts,
         .meaning = "Whose pages may use the gateway, as a browser names them: `https://app.example.com`. `*`, alone: "
                    "all. Without it: none."},
        {.name = "max_age",
         .type = Type::duration,
         .default_text = "10m",
         .meaning = "How long a browser may remember what it was allowed before it asks again.",
         .from = "0s",
         .to = "24h"},
    };
    return kKeys;
}

std::span<const KeySpec> realtime_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "idle",
         .type = Type::duration,
         .default_text = "10m",
         .meaning = "A session in which neither side says anything is closed after this. Pings say nothing.",
         .from = "1s",
         .to = "24h"},
        {.name = "session",
         .type = Type::duration,
         .default_text = "60m",
         .meaning = "For a whole session.",
         .from = "1s",
         .to = "24h"},
        {.name = "message",
         .type = Type::size,
         .default_text = "16MB",
         .meaning = "Largest message of either side. A larger one ends the session with code 1009.",
         .from = "1k",
         .to = "1GB"},
    };
    return kKeys;
}

}  // namespace

std::span<const KeySpec> response_store_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "store",
         .type = Type::word,
         .default_text = "memory",
         .meaning =
             "`memory`: for as long as the process runs. `sqlite`: in `file` as well, from which they are read at "
             "the start. `none`: nothing is kept.",
         .words = "memory sqlite none"},
        {.name = "file",
         .type = Type::path,
         .meaning = "`sqlite` only, and required there: the database, made when there is none. One process has it for "
                    "itself, and a second file is beside it. A change takes effect after a restart."},
        {.name = "count",
         .type = Type::integer,
         .default_text = "10000",
         .meaning = "Answers that are kept; the oldest make room.",
         .from = "1",
         .to = "10000000"},
        {.name = "bytes",
         .type = Type::size,
         .default_text = "64MB",
         .meaning = "What all of them may take together, with the requests that they answered.",
         .from = "1MB",
         .to = "64GB"},
        {.name = "age",
         .type = Type::duration,
         .default_text = "24h",
         .meaning = "How long each is kept.",
         .from = "1s",
         .to = "720h"},
    };
    return kKeys;
}

std::span<const KeySpec> server_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "listen",
         .type = Type::address,
         .default_text = "127.0.0.1:8080",
         .meaning = "Address for clients. `:8080` listens on all IPv4 addresses; port 0 lets the system choose."},
        {.name = "admin",
         .type = Type::address,
         .default_text = "127.0.0.1:9090",
         .meaning = "Address for health, metrics and explanations, for operators only. `off`: none.",
         .words = "off"},
        {.name = "workers",
         .type = Type::integer,
         .default_text = "auto",
         .meaning = "Threads that serve requests. `auto`: one per core within the CPU quota of the process's control "
                    "group and those above it (a container's, systemd's `CPUQuota`), rounded up.",
         .words = "auto",
         .from = "1",
         .to = "1024"},
        {.name = "limits",
         .type = Type::map,
         .meaning = "What one request, and all clients together, may take.",
         .children = limit_keys},
        {.name = "timeouts",
         .type = Type::map,
         .meaning = "How long a client may take.",
         .children = server_timeout_keys},
        {.name = "half_close",
         .type = Type::word,
         .default_text = "cancel",
         .meaning = "What a client means that closes its sending side: `cancel`, it is gone and its request is "
                    "cancelled; `answer`, it still reads.",
         .words = "cancel answer"},
        {.name = "log",
         .type = Type::word,
         .default_text = "auto",
         .meaning = "Log lines as `json` or `text`. `auto`: text on a terminal, else JSON.",
         .words = "auto json text"},
        {.name = "tls", .type = Type::map, .meaning = "With it, `listen` speaks HTTPS.", .children = tls_keys},
        {.name = "media",
         .type = Type::map,
         .meaning = "Images and files that clients name by address.",
         .children = media_keys},
        {.name = "cors",
         .type = Type::map,
         .meaning = "Pages of other origins that may use the gateway from a browser (CORS). A key in a page is a key "
                    "that all its visitors have.",
         .children = cors_keys},
        {.name = "realtime",
         .type = Type::map,
         .meaning = "Realtime sessions over WebSocket, from their first event on; `message` before it too.",
         .children = realtime_keys},
        {.name = "trace", .type = Type::map, .meaning = "Trace context (W3C `traceparent`).", .children = trace_keys},
    };
    return kKeys;
}

}  // namespace breakwater::config
