#include "breakwater/config/quirks.hpp"

#include "key_spec.hpp"
#include "sections.hpp"

namespace breakwater::config {

std::span<const KeySpec> quirk_keys() {
    static constexpr KeySpec kKeys[] = {
        {.name = "official",
         .type = Type::boolean,
         .default_text = "false",
         .meaning = "OpenAI's own service, or its models elsewhere: every extension of the dialect is understood."},
        {.name = "urls",
         .type = Type::word,
         .default_text = "plain",
         .meaning = "`azure`: the target is made of the deployment's name and `api_version`, as Azure wants it.",
         .words = "plain azure"},
        {.name = "key_header",
         .type = Type::word,
         .default_text = "bearer",
         .meaning = "The header with the credential: `Authorization: Bearer`, or `api-key`.",
         .words = "bearer api-key"},
        {.name = "token_limit",
         .type = Type::word,
         .default_text = "by_model",
         .meaning = "Name of the limit of an answer's tokens. `by_model`: `max_completion_tokens` for models of "
                    "OpenAI, `max_tokens` for all others.",
         .words = "by_model max_tokens max_completion_tokens"},
        {.name = "developer_role",
         .type = Type::word,
         .default_text = "by_model",
         .meaning = "Developer messages stay (`native`) or become system messages. `by_model`: they stay for models "
                    "of OpenAI.",
         .words = "by_model native system"},
        {.name = "stream_options",
         .type = Type::boolean,
         .default_text = "true",
         .meaning = "`false`: refuses to be asked for usage in streams. Most of these send it anyway."},
        {.name = "stream",
         .type = Type::word,
         .default_text = "as_asked",
         .meaning = "`always`: answers in streams only; the gateway makes whole answers of them.",
         .words = "as_asked always"},
        {.name = "obfuscation",
         .type = Type::boolean,
         .default_text = "false",
         .meaning = "Pads its chunks, and is told not to."},
        {.name = "message_names",
         .type = Type::boolean,
         .default_text = "true",
         .meaning = "`false`: `name` on messages is left out."},
        {.name = "strict_tools",
         .type = Type::boolean,
         .default_text = "true",
         .meaning = "`false`: `strict` on tools is left out."},
        {.name = "logprobs",
         .type = Type::word,
         .default_text = "flag",
         .meaning = "`count`: `logprobs` is a number.",
         .words = "flag count"},
        {.name = "tool_ids",
         .type = Type::word,
         .default_text = "any",
         .meaning = "`nine`: ids of tool calls have exactly nine letters or digits; others become a hash.",
         .words = "any nine"},
        {.name = "file_urls", .type = Type::boolean, .default_text = "false", .meaning = "Takes files by URL."},
        {.name = "text_lists",
         .type = Type::boolean,
         .default_text = "true",
         .meaning = "`false`: lists of text parts become one text."},
        {.name = "seed",
         .type = Type::word,
         .default_text = "seed",
         .meaning = "Name of the seed.",
         .words = "seed random_seed"},
        {.name = "tool_choice_any",
         .type = Type::word,
         .default_text = "required",
         .meaning = "The word for a tool choice that wants some tool called.",
         .words = "required any"},
        {.name = "prefill",
         .type = Type::word,
         .default_text = "plain",
         .meaning = "What marks an assistant message at the end that is to be continued: nothing, a member of the "
                    "message, or `continue_final_message` on the request.",
         .words = "plain prefix partial final_message"},
        {.name = "turns",
         .type = Type::word,
         .default_text = "any",
         .meaning = "`one_system`: system messages that follow each other are joined. `alternating`: so are all "
                    "messages of the same role but results of tools.",
         .words = "any one_system alternating"},
        {.name = "reasoning_switch",
         .type = Type::word,
         .default_text = "effort",
         .meaning = "How reasoning is switched off: effort `none`, `thinking: {\"type\": \"disabled\"}`, "
                    "`enable_thinking: false` (which has no efforts), or the same in `chat_template_kwargs`.",
         .words = "effort thinking enable_thinking chat_template"},
        {.name = "reasoning_replay",
         .type = Type::word,
         .default_text = "except_openai",
         .meaning = "How reasoning of earlier turns is sent: never, as `reasoning_content` (always, within the "
                    "running tool loop, or but for models of OpenAI), as `reasoning` to gpt-oss models, or as "
                    "`reasoning_details`.",
         .words = "never except_openai content tool_loop gpt_oss details"},
        {.name = "vectors",
         .type = Type::word,
         .default_text = "plain",
         .meaning = "`base64`: embeddings are asked for as base64 of 32-bit floats, which is shorter. Clients get the "
                    "form that they ask for either way.",
         .words = "plain base64"},
        {.name = "dimensions",
         .type = Type::word,
         .default_text = "dimensions",
         .meaning = "Name of the wanted length of embeddings.",
         .words = "dimensions output_dimension"},
        {.name = "embedding_batch",
         .type = Type::integer,
         .default_text = "2048",
         .meaning = "Inputs that one request for embeddings may have; longer lists become several requests.",
         .from = "1",
         .to = "100000"},
        {.name = "rerank",
         .type = Type::word,
         .default_text = "jina",
         .meaning =
             "The names of a ranking's members: `top_n`, as Jina, Cohere and vLLM have it, or `top_k`, as Voyage. "
             "`none`: it has no rankings.",
         .words = "jina voyage none"},
        {.name = "moderations",
         .type = Type::boolean,
         .default_text = "true",
         .meaning = "`false`: it has no moderations."},
        {.name = "images",
         .type = Type::boolean,
         .default_text = "true",
         .meaning = "`false`: it generates no images, and edits none."},
        {.name = "image_edits",
         .type = Type::boolean,
         .default_text = "true",
         .meaning = "`false`: it edits no images, or takes no forms for it."},
        {.name = "speech", .type = Type::boolean, .default_text = "true", .meaning = "`false`: it does not speak."},
    };
    return kKeys;
}

void read_quirks(MapReader section, Quirks& quirks) {
    section.boolean("official", quirks.official);
    section.boolean("stream_options", quirks.stream_options);
    section.boolean("obfuscation", quirks.obfuscation);
    section.boolean("message_names", quirks.message_names);
    section.boolean("strict_tools", quirks.strict_tools);
    section.boolean("file_urls", quirks.file_urls);
    section.boolean("text_lists", quirks.text_lists);
    section.boolean("moderations", quirks.moderations);
    section.boolean("images", quirks.images);
    section.boolean("image_edits", quirks.image_edits);
    section.boolean("speech", quirks.speech);
    section.text("seed", quirks.seed);
    section.text("tool_choice_any", quirks.tool_choice_any);
    section.word<bool>("stream", quirks.stream_only, {{"as_asked", false}, {"always", true}});
    section.word<bool>("logprobs", quirks.logprobs_count, {{"flag", false}, {"count", true}});
    section.word<bool>("tool_ids", quirks.short_tool_ids, {{"any", false}, {"nine", true}});
    section.word<UrlForm>("urls", quirks.urls, {{"plain", UrlForm::plain}, {"azure", UrlForm::azure}});
    section.word<KeyHeader>("key_header", quirks.key_header,
                            {{"bearer", KeyHeader::bearer}, {"api-key", KeyHeader::api_key}});
    section.word<TokenLimit>("token_limit", quirks.token_limit,
                             {{"by_model", TokenLimit::by_model},
                              {"max_tokens", TokenLimit::max_tokens},
                              {"max_completion_tokens", TokenLimit::max_completion_tokens}});
    section.word<DeveloperRole>(
        "developer_role", quirks.developer_role,
        {{"by_model", DeveloperRole::by_model}, {"native", DeveloperRole::native}, {"system", DeveloperRole::system}});
    section.text("dimensions", quirks.dimensions);
    if (const auto batch = section.integer("embedding_batch"))
        quirks.embedding_batch = static_cast<std::int64_t>(*batch);
    section.word<VectorForm>("vectors", quirks.vectors, {{"plain", VectorForm::plain}, {"base64", VectorForm::base64}});
    section.word<RerankForm>("rerank", quirks.rerank,
                             {{"jina", RerankForm::jina}, {"voyage", RerankForm::voyage}, {"none", RerankForm::none}});
    section.word<Prefill>("prefill", quirks.prefill,
                          {{"plain", Prefill::plain},
                           {"prefix", Prefill::prefix},
                           {"partial", Prefill::partial},
                           {"final_message", Prefill::final_message}});
    section.word<Turns>("turns", quirks.turns,
                        {{"any", Turns::any}, {"one_system", Turns::one_system}, {"alternating", Turns::alternating}});
    section.word<ReasoningSwitch>("reasoning_switch", quirks.reasoning_switch,
                                  {{"effort", ReasoningSwitch::effort},
                                   {"thinking", ReasoningSwitch::thinking},
                                   {"enable_thinking", ReasoningSwitch::enable_thinking},
                                   {"chat_template", ReasoningSwitch::chat_template}});
    section.word<ReasoningReplay>("reasoning_replay", quirks.reasoning_replay,
                                  {{"never", ReasoningReplay::never},
                                   {"except_openai", ReasoningReplay::except_openai},
                                   {"content", ReasoningReplay::content},
                                   {"tool_loop", ReasoningReplay::tool_loop},
                                   {"gpt_oss", ReasoningReplay::gpt_oss},
                                   {"details", ReasoningReplay::details}});
}

}  // namespace breakwater::config
