#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/frame_pool.hpp"
#include "breakwater/base/task.hpp"
#include "breakwater/ingress/body_judge.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"
#include "breakwater/routing/request_needs.hpp"
#include "breakwater/routing/route_wish.hpp"

namespace breakwater {

class ClientStream;
struct ExchangeContext;
struct ExchangeReport;
struct ExchangeRequest;

/// What a client asks for with one request: a chat, embeddings, a ranking. Everything from route to last byte is the
/// same for all of them and knows no more than this; only what is sent to a provider, what reads its answer and what
/// writes the client's differ. Owns the decoded request. One per request, single-threaded.
class Operation : public Pooled {
public:
    virtual ~Operation() = default;

    /// What a deployment has to do to be asked.
    [[nodiscard]] ModelMode mode() const noexcept { return mode_; }

    /// It goes to the provider that `model` names, whatever the routes say.
    [[nodiscard]] bool relays() const noexcept { return relays_; }

    /// In whose words it asks for files and batches that a provider keeps, which not all that are relayed to do;
    /// nothing when it is about something else.
    [[nodiscard]] virtual std::optional<ClientDialect> keeps_in() const noexcept { return std::nullopt; }

    /// The provider whose files a chat names, the only one that can answer it; empty when it names none.
    [[nodiscard]] virtual std::string_view files_of() const noexcept { return {}; }

    /// Reads the client's body, as Ingress::decode. Before anything else, once.
    virtual Result<void> decode(std::string& body, JsonReader& reader) = 0;

    /// The same, of an upload of which only the start is here; `judge` gets who looks at the rest, or stays null where
    /// nobody has to. Of operations that can begin with that.
    virtual Result<void> decode_start(std::string& start, std::unique_ptr<BodyJudge>& judge);

    [[nodiscard]] virtual const std::string& model() const noexcept = 0;  ///< as the client wrote it
    /// The client wants the answer as it comes.
    [[nodiscard]] virtual bool stream() const noexcept = 0;
    /// The request, when it is a chat, for who prepares what it refers to or came with; else null.
    [[nodiscard]] virtual ChatRequest* chat() noexcept { return nullptr; }
    [[nodiscard]] virtual const ChatRequest* chat() const noexcept { return nullptr; }
    /// Whether the request has a member that a wish about its route could be in; else wishes come in headers.
    [[nodiscard]] virtual bool may_wish() const noexcept { return false; }
    /// Whether the length of the body says how long the prompt is, which it does not where files are in it.
    [[nodiscard]] virtual bool is_text() const noexcept { return !relays_; }
    /// Of an answer's id; empty where answers have none.
    [[nodiscard]] virtual std::string_view id_prefix() const noexcept { return {}; }
    /// Takes what the request says about its route out of it, as take_route_wish.
    virtual Result<void> take_wish(JsonReader& /*reader*/, RouteWish& /*wish*/) { return {}; }
    /// Asked for where a route has a choice to make. Nothing where bytes say nothing of tokens.
    [[nodiscard]] virtual RequestNeeds needs() const { return {}; }
    /// As conversation_of.
    [[nodiscard]] virtual std::uint64_t conversation(std::string_view session) const;

    /// The request in the words of the deployment's provider, and in `decoder` what reads the answer. Bends a copy
    /// where the deployment takes less than was asked for. Errors: unsupported_parameter for what cannot be said there.
    [[nodiscard]] virtual Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                                     std::unique_ptr<ResponseDecoder>& decoder) const = 0;
    /// What writes the client's answer; `identity` has id, time and model.
    [[nodiscard]] virtual std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const = 0;

    /// Answers the client: run_exchange, where one call to a provider is enough.
    [[nodiscard]] virtual Task<void> run(const ExchangeRequest& exchange, ClientStream& client,
                                         const ExchangeContext& context, ExchangeReport& report);

protected:
    explicit Operation(ModelMode mode, bool relays = false) noexcept : mode_(mode), relays_(relays) {}
    /// A provider's call in the two parts that `encode` gives.
    static Result<HttpRequest> take_call(Result<ProviderCall>&& call, std::unique_ptr<ResponseDecoder>& decoder);
    /// The tokens of a prompt that is nearly all of a body.
    static TokenEstimate estimate_tokens(std::size_t bytes) noexcept;

private:
    ModelMode mode_;
    bool relays_;
};

}  // namespace breakwater
