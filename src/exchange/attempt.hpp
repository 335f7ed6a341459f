#pragma once

#include <memory>
#include <optional>

#include "attempt_timers.hpp"
#include "breakwater/canonical/stream_guard.hpp"
#include "client_answer.hpp"
#include "event_tap.hpp"
#include "recovery.hpp"
#include "upload_pump.hpp"

namespace breakwater {

/// One upstream call for a request, in two parts: from the bent and encoded request to the first content of the answer,
/// and from there to its end. In the first it can fail, or be outrun by another attempt beside it, without a trace;
/// afterwards its failures are the client's to see. Created for each attempt. Everything passed in outlives it, but for
/// the client's operation, which ends at the commit point unless the answer may be completed. Its coroutines are what a
/// silent stream consists of, so they leave errors and other large values to functions: whatever a coroutine has by
/// value stays in its frame.
class Attempt {
public:
    enum class Start : std::uint8_t {
        content,  ///< there is something for the client
        failed,   ///< nothing of this attempt has reached the client; `error()` says why
        refused,  ///< this deployment could not be asked at all; `error()` says why
        stopped,  ///< nobody waits for it any more
    };
    enum class End : std::uint8_t {
        answered,  ///< the client has the answer, or as much of it as there was and an in-band error
        broken,    ///< it broke off, and another attempt may complete it; `take_error` says why
        client_gone,
    };

    /// With `recovery` it completes an answer that another attempt has begun.
    Attempt(const ExchangeRequest& exchange, const AttemptPlanner::Try& tried, const ExchangeContext& context,
            ClientStream& client, ClientAnswer& answer, ExchangeReport& report, Recovery* recovery = nullptr);

    /// `stop` ends it early: the client's leaving, or a faster attempt.
    Task<Start> reach_content(CancelSource& stop);
    /// After `content`, once.
    Task<End> relay();
    /// Instead of `relay`: another attempt's answer is taken.
    void drop();
    /// Does not tell the client that it is still there: another attempt does.
    void leave_pings_to_another(bool leave) noexcept { quiet_ = leave; }
    /// Without content after `patience` it is late.
    void expect_within(Duration patience) noexcept { record_.late_after = patience; }
    /// It was late.
    void note_hedge(HedgeOutcome outcome) noexcept { record_.hedge = outcome; }
    [[nodiscard]] Error take_error() { return std::move(*error_); }
    [[nodiscard]] const AttemptPlanner::Try& tried() const noexcept { return tried_; }
    /// It failed, but the same deployment may take another credential.
    [[nodiscard]] OtherCredential other_credential() const noexcept { return other_credential_; }
    /// It failed because the client's request did not arrive whole.
    [[nodiscard]] bool is_client_at_fault() const noexcept { return client_at_fault_; }
    /// It was to complete an answer and said something else.
    [[nodiscard]] bool diverged() const noexcept { return join_ != nullptr && join_->diverged(); }
    /// Of an attempt whose answer may be completed, once it has ended: what it leaves to the next.
    [[nodiscard]] UnfinishedAnswer take_unfinished() noexcept { return {std::move(encoder_), std::move(join_)}; }
    /// What its answer has cost, when it did not end as it should: estimated, where the provider has not said it.
    /// Nothing when no content came.
    [[nodiscard]] std::optional<Usage> spent() const;

private:
    /// What a read comes to.
    enum class Step : std::uint8_t { read, ping, write, failed };

    Task<bool> take_credential();
    bool note_credential(Result<std::shared_ptr<const Credential>>& fetched);
    Result<HttpRequest> prepare();
    [[nodiscard]] EventSink& answer_sink();
    [[nodiscard]] bool has_part_to_write() noexcept;
    Task<bool> begin();
    Task<bool> read_head();
    Task<bool> send_upload(HttpRequest&& request);
    Task<bool> pass_on_upload();
    Task<bool> complete_upload();
    bool note_upload(UploadPump::End end);
    Task<End> break_off();
    Task<void> let_body_end();
    [[nodiscard]] Deadline ping_due() const noexcept;
    Task<bool> ping();
    Start end_start(bool content);
    void end_record(std::string_view outcome);
    void note_stop();
    void note_served();
    void note_success();
    void note_complete();
    void note_late_failure();
    [[gnu::noinline]] void note_shutdown();
    bool note_sent(Result<void>& sent);
    Step take_head(Result<const HttpResponseHead*>& head, TimePoint sent);
    Step take_body(BoxedResult<std::string_view>& bytes);
    Result<void> digest(std::string_view bytes, bool last);
    Result<void> digest_read(std::string_view bytes);
    [[nodiscard]] bool has_news() const noexcept;
    Task<std::optional<End>> flush();
    void note_content(TimePoint now);
    void fail(Error&& error);
    [[nodiscard]] bool stopped() const noexcept { return stop_->requested(); }

    const ExchangeRequest& exchange_;
    const Operation& operation_;  ///< until the commit point, unless the answer may be completed
    const AttemptPlanner::Try tried_;
    const ExchangeContext& context_;
    ClientStream& client_;
    ClientAnswer& answer_;
    ExchangeReport& report_;
    DeploymentHealth* health_;  ///< may be null
    CancelSource* stop_ = nullptr;
    AttemptRecord record_;
    TimePoint started_;
    TimePoint asked_;  ///< since when the provider has had the whole request to answer: an upload takes its time
    AttemptTimers timers_;
    TimePoint last_content_;
    TimePoint pings_checked_{};  ///< when it left a ping to another attempt
    std::uint64_t content_seen_ = 0;
    bool stream_;
    bool held_;  ///< the whole answer is kept back until its end is known
    bool quiet_ = false;
    bool recovering_;   ///< completes an answer that another attempt has begun
    bool completable_;  ///< another attempt may complete its answer
    bool relays_;       ///< what the operation says of itself, which is gone once the answer has begun
    bool committed_ = false;
    OtherCredential other_credential_ = OtherCredential::none;
    bool client_at_fault_ = false;
    Adaptations adapted_;
    AnswerFacts facts_;
    std::shared_ptr<const Credential> credential_;
    std::unique_ptr<UpstreamCall> call_;
    std::unique_ptr<UploadPump> pump_;  ///< null unless the request is an upload; ends before the call
    std::unique_ptr<ResponseDecoder> decoder_;
    std::unique_ptr<ResponseEncoder> encoder_;
    std::unique_ptr<AnswerJoin> join_;  ///< null unless the answer may be completed
    std::optional<EventTap> tap_;
    std::optional<StreamGuard> guard_;
    Boxed<Error> error_;
};

}  // namespace breakwater
