#include "answer_shape.hpp"

#include <utility>

#include "identifiers.hpp"
#include "plan.hpp"

namespace breakwater::anthropic {

AnswerShape answer_shape(const ChatRequest& request, const Deployment& deployment) {
    using Shape = StructuredOutput::Shape;
    using Filter = TextFilter::Kind;
    const ResponseFormat::Kind kind = request.response_format.kind;
    if (kind == ResponseFormat::Kind::unset || kind == ResponseFormat::Kind::text)
        return {.names = ToolNames(request, {.length_max = kToolNameMax})};

    Adaptations unused;  // the encoder has told the client already
    EncodeNotes notes(config::AdaptMode::adapt, unused);
    RequestPlan plan = plan_request(request, deployment, notes);
    AnswerShape shape{.names = std::move(plan.names), .json_tool = plan.output.shape == Shape::tool};
    if (plan.output.shape == Shape::instruction) shape.filter = Filter::fence;
    if (plan.output.wrapped) shape.filter = Filter::value;
    return shape;
}

}  // namespace breakwater::anthropic
