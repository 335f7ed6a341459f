#pragma once

#include <span>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/net/offload.hpp"
#include "breakwater/net/upstream.hpp"
#include "breakwater/net/worker.hpp"
#include "breakwater/routing/deployment.hpp"
#include "running_calls.hpp"

namespace breakwater {

/// Fetches the images and files that a request names by address, for deployments that take them inline only. Off unless
/// configured (`server.media`), since it makes the gateway connect to hosts of a client's choice. One per worker; its
/// thread only.
class MediaFetcher {
public:
    MediaFetcher(Worker& worker, UpstreamPool& pool, Offload& offload)
        : worker_(worker), pool_(pool), offload_(offload) {}

    /// Whether anything has to be fetched so that each of the candidates can be asked. Asked where fetching is on.
    [[nodiscard]] static bool is_needed(const ChatRequest& request,
                                        std::span<const Deployment* const> candidates) noexcept;
    /// Fetches it, one after the other, into the parts of the request, beside their addresses. No redirect is followed,
    /// and what a server says of the type is not believed. What cannot be fetched is left as it is where a candidate
    /// takes the address itself. The request, candidates and settings outlive the task.
    /// Errors: invalid_request with the part's name; cancelled.
    Task<Boxed<Error>> fetch(ChatRequest& request, std::span<const Deployment* const> candidates,
                             const config::Media& settings, Deadline deadline, CancelSource& gone);
    /// Ends what is under way, before the worker ends.
    void stop() { running_.stop(); }

private:
    Task<Result<std::string>> get(std::string_view url, const config::Media& settings, std::size_t bytes_max,
                                  Deadline deadline, CancelSource& gone);
    Task<Result<std::string>> read(UpstreamCall& call, std::size_t bytes_max, Deadline deadline);

    Worker& worker_;
    UpstreamPool& pool_;
    Offload& offload_;
    RunningCalls running_;
};

}  // namespace breakwater
