#pragma once

#include <array>
#include <string>
#include <vector>

#include "access_log.hpp"
#include "breakwater/gateway/metrics.hpp"

namespace breakwater {

/// Counts what happened to a worker's requests. Series are found by their labels once and then kept: in tables by the
/// number that a route or deployment has in its snapshot. An entry is used only for the name it was made for, which is
/// all that labels say, so a reload that gives the number to another one costs new look-ups and loses nothing.
class RequestMetrics {
public:
    explicit RequestMetrics(MetricsShard& shard) noexcept : shard_(shard) {}

    /// Counts a request that has ended, refused ones too.
    void record_request(const RequestRecord& record);
    /// Counts what its exchange did: attempts, tokens, cost, first token, gaps, stages.
    void record_exchange(const RequestRecord& record);
    /// Counts a request that was refused before it had a route.
    void record_refusal(ErrorKind kind);

private:
    /// Not looked up yet: null.
    template <class Series>
    using Kept = Series*;

    struct ByDeployment {
        std::string name;
        Kept<CounterSeries> attempts_ok{};
        Kept<HistogramSeries> first_token{};
        std::array<Kept<CounterSeries>, 5> tokens{};
        Kept<CounterSeries> cost{};
        Kept<HistogramSeries> gap{};
        std::array<Kept<CounterSeries>, 4> adaptations{};
    };
    /// How requests of a route end; few ways each.
    struct Ending {
        std::string deployment;
        int status;
        Termination termination;
        bool stream;
        CounterSeries* series;
    };
    struct ByRoute {
        std::string name;
        Kept<HistogramSeries> duration{};
        Kept<CounterSeries> withheld{};  ///< for want of budget, the only reason there is
        std::vector<Ending> endings;
    };
    enum class Stage : std::uint8_t { receive, parse, connect, head, first_byte };

    ByDeployment& of(const Deployment& deployment);
    CounterSeries& ending(ByRoute& route, const RequestRecord& record);
    void count_request(const RequestRecord& record);
    void count_attempt(const AttemptRecord& attempt);
    void count_hedge(const RequestRecord& record, const AttemptRecord& attempt);
    void count_recovery(const RequestRecord& record, const AttemptRecord& attempt);
    void count_withheld(const RequestRecord& record);
    void count_waste(const RequestRecord& record, const AttemptRecord& attempt);
    void count_unknown(const AttemptRecord& attempt);
    void count_paid(const RequestRecord& record);
    void count_cost(ByDeployment& series, double usd);
    void count_tokens(ByDeployment& series, const Usage& usage);
    void observe(Stage stage, Duration span);
    void observe_stages(const RequestRecord& record);

    MetricsShard& shard_;
    std::vector<ByRoute> routes_;
    std::vector<ByDeployment> deployments_;
    std::array<Kept<HistogramSeries>, 5> stages_{};
};

}  // namespace breakwater
