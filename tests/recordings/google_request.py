"""A recorded Gemini request in the Chat Completions dialect, and whether the gateway's translation back says the same."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

MEMBERS = {
    *("contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "safetySettings", "cachedContent", "serviceTier"),
}
CONFIG = {
    *("temperature", "topP", "topK", "candidateCount", "maxOutputTokens", "stopSequences", "seed", "presencePenalty"),
    *("frequencyPenalty", "responseLogprobs", "logprobs", "responseMimeType", "responseSchema", "responseJsonSchema"),
    "thinkingConfig",
}
PARAMETERS = {
    "temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
    "maxOutputTokens": "max_tokens",
    "candidateCount": "n",
    "presencePenalty": "presence_penalty",
    "frequencyPenalty": "frequency_penalty",
    "responseLogprobs": "logprobs",
    "logprobs": "top_logprobs",
}
CHOICES = {"AUTO": "auto", "ANY": "required", "NONE": "none"}
HOSTED = {"googleSearch": "web_search", "codeExecution": "code_execution", "urlContext": "url_context"}
STEPS = {"toolCall", "toolResponse"}  # of tools that the vendor runs; left out wherever a request is written anew
DATA = {"args", "response"}  # members whose content is the client's own


class NoPlace(Exception):
    """The request holds something that the client dialect has no words for."""


def camel(value: Any) -> Any:
    """The API takes its members in snake case too; names inside of schemas, arguments and results are left alone."""
    if isinstance(value, list):
        return [camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    named = {}
    for name, item in value.items():
        head, *rest = name.split("_")
        new = head + "".join(word.capitalize() for word in rest)
        named[new] = item if new in DATA or "chema" in new or new == "parameters" else camel(item)
    return named


def translated(request: Json) -> Json | None:
    try:
        return Translation(camel(request)).request()
    except NoPlace:
        return None


class Translation:
    def __init__(self, recorded: Json) -> None:
        self._recorded = recorded
        self._open: list[tuple[str, str]] = []  # name and id of the calls that wait for results
        self._calls = 0

    def request(self) -> Json:
        messages = []
        messages += [{"role": "system", "content": text} for text in system_texts(self._recorded)]
        for content in self._recorded["contents"]:
            messages += self._assistant(content["parts"]) if content.get("role") == "model" else self._user(content["parts"])
        request: Json = {"messages": messages} | self._tools() | self._config()
        if settings := self._recorded.get("safetySettings"):
            request["safety_settings"] = settings
        if cached := self._recorded.get("cachedContent"):
            request["cached_content"] = cached
        return request

    def _assistant(self, parts: list[Json]) -> list[Json]:
        message: Json = {"role": "assistant", "content": ""}
        blocks, calls = [], []
        for part in parts:
            signature = part.get("thoughtSignature")
            if part.get("thought"):
                if signature and part.get("text"):
                    blocks.append({"type": "thinking", "thinking": part["text"], "signature": f"google:{signature}"})
            elif "functionCall" in part:
                calls.append(self._call(part["functionCall"], signature))
            elif "text" in part:
                message["content"] += part["text"]
                if signature:
                    blocks.append({"type": "thinking", "thinking": "", "signature": f"google:{signature}"})
            else:
                raise NoPlace
        if calls:
            message["tool_calls"] = calls
        if blocks:
            message["thinking_blocks"] = blocks
        return [message] if calls or blocks or message["content"] else []

    def _call(self, call: Json, signature: str | None) -> Json:
        self._calls += 1
        call_id = call.get("id") or f"call_{self._calls}"
        self._open.append((call["name"], call_id))
        made: Json = {"id": call_id, "type": "function"}
        made["function"] = {"name": call["name"], "arguments": json.dumps(call.get("args") or {})}
        if signature:
            made["extra_content"] = {"google": {"thought_signature": signature}}
        return made

    def _user(self, parts: list[Json]) -> list[Json]:
        results = [self._result(part["functionResponse"]) for part in parts if "functionResponse" in part]
        others = [user_part(part) for part in parts if "functionResponse" not in part]
        return [*results, {"role": "user", "content": others}] if others else results

    def _result(self, result: Json) -> Json:
        """Linked by the id, else by the name."""
        wanted = result.get("id")
        match = next((call for call in self._open if call[1] == wanted or (not wanted and call[0] == result["name"])), None)
        if match is None:
            raise NoPlace
        self._open.remove(match)
        content: Any = json.dumps(result["response"])
        if media := result.get("parts"):
            content = [{"type": "text", "text": content}, *[user_part(part) for part in media]]
        return {"role": "tool", "tool_call_id": match[1], "content": content}

    def _tools(self) -> Json:
        tools: list[Json] = []
        for entry in self._recorded.get("tools") or []:
            for function in entry.get("functionDeclarations") or []:
                parameters = function.get("parametersJsonSchema") or function.get("parameters") or {}
                described = {"name": function["name"], "description": function.get("description") or ""}
                tools.append({"type": "function", "function": described | {"parameters": lower_types(parameters)}})
            for name in named_tools(entry):
                if name not in HOSTED:
                    raise NoPlace
                tools.append({"type": HOSTED[name]})
        request: Json = {"tools": tools} if tools else {}
        calling = (self._recorded.get("toolConfig") or {}).get("functionCallingConfig") or {}
        if calling.get("mode") in CHOICES and any(tool["type"] == "function" for tool in tools):
            names = calling.get("allowedFunctionNames") or []
            request["tool_choice"] = CHOICES[calling["mode"]]
            if len(names) == 1:
                request["tool_choice"] = {"type": "function", "function": {"name": names[0]}}
        return request

    def _config(self) -> Json:
        config = self._recorded.get("generationConfig") or {}
        if set(config.get("responseModalities") or []) - {"TEXT"}:
            raise NoPlace
        request = {ours: config[name] for name, ours in PARAMETERS.items() if config.get(name) is not None}
        if stops := config.get("stopSequences"):
            request["stop"] = stops
        if thinking := config.get("thinkingConfig"):
            request["extra_body"] = {"google": {"thinking_config": thinking}}
        if config.get("responseMimeType") == "application/json":
            schema = config.get("responseJsonSchema") or config.get("responseSchema")
            request["response_format"] = {"type": "json_object"}
            if schema:
                request["response_format"] = {"type": "json_schema", "json_schema": {"name": "r", "schema": lower_types(schema)}}
        return request


def named_tools(entry: Json) -> set[str]:
    """Some clients write every kind that they know, and null for those that they do not want."""
    return {name for name, value in entry.items() if value is not None} - {"functionDeclarations"}


def user_part(part: Json) -> Json:
    if "text" in part:
        return {"type": "text", "text": part["text"]}
    if "inlineData" in part:
        kind, data = part["inlineData"]["mimeType"], part["inlineData"]["data"]
        if kind.startswith("audio/"):
            return {"type": "input_audio", "input_audio": {"data": data, "format": kind.removeprefix("audio/")}}
        uri = f"data:{kind};base64,{data}"
        if kind.startswith("image/"):
            return {"type": "image_url", "image_url": {"url": uri}}
        return {"type": "file", "file": {"file_data": uri}}
    if "fileData" in part:
        uri = part["fileData"]["fileUri"]
        if part["fileData"].get("mimeType", "").startswith("image/"):
            return {"type": "image_url", "image_url": {"url": uri}}
        return {"type": "file", "file": {"file_data": uri}}
    raise NoPlace


def lower_types(schema: Any) -> Any:
    """The API's own schemas write types in capitals; `nullable` is JSON Schema's null."""
    if isinstance(schema, list):
        return [lower_types(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    lowered = {name: lower_types(value) for name, value in schema.items()}
    if isinstance(schema.get("type"), str):
        lowered["type"] = schema["type"].lower()
    return lowered


def complaints(recorded: Json, sent: Json) -> list[str]:
    """What the body that the gateway sent lost of the recorded one, or has that the API does not know."""
    recorded = camel(recorded)
    found = []
    if unknown := sent.keys() - MEMBERS:
        found.append(f"unknown members {sorted(unknown)}")
    if unknown := sent.get("generationConfig", {}).keys() - CONFIG:
        found.append(f"unknown members of generationConfig {sorted(unknown)}")
    found += difference("contents", turns(recorded), without_fillers(turns(recorded), turns(sent)))
    found += difference("system text", system_text(recorded), system_text(sent))
    found += difference("tools", tools_of(recorded), tools_of(sent))
    want, have = recorded.get("generationConfig") or {}, sent.get("generationConfig") or {}
    for name in (*PARAMETERS, "stopSequences", "thinkingConfig"):
        if want.get(name) is not None and (name, want[name]) != ("candidateCount", 1):
            found += difference(name, want[name], have.get(name))
    instructed = any("JSON" in part["text"] for part in sent.get("systemInstruction", {}).get("parts", []))
    if want.get("responseMimeType") == "application/json" and not ("responseMimeType" in have or instructed):
        found.append("the form of the answer is lost")
    return found


def difference(what: str, want: Any, have: Any) -> list[str]:
    return [] if want == have else [f"{what}: recorded {json.dumps(want)[:300]}, sent {json.dumps(have)[:300]}"]


def without_fillers(recorded: list[tuple[str, Any]], sent: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The gateway lets the user begin and end, since not every model takes it otherwise."""
    if sent[:1] == [("user", {"text": ".", "signature": None})] and recorded[:1] != sent[:1]:
        sent = sent[1:]
    if sent[-1:] == [("user", {"text": "Continue.", "signature": None})] and recorded[-1:] != sent[-1:]:
        sent = sent[:-1]
    return sent


def turns(request: Json) -> list[tuple[str, Any]]:
    """All parts in order, with who says them. Borders between contents of one role mean nothing, nor do empty texts."""
    row: list[tuple[str, Any]] = []
    for content in request["contents"]:
        role = content.get("role") or "user"
        for part in content["parts"]:
            row += [(role, said) for said in meaning(part)]
    return joined(row)


def meaning(part: Json) -> list[Json]:
    signature = plain_base64(part.get("thoughtSignature"))
    if part.get("thought"):
        return [{"thought": part["text"], "signature": signature}] if signature and part.get("text") else []
    if "text" in part:
        return [{"text": part["text"], "signature": signature}] if part["text"] or signature else []
    if "functionCall" in part:
        call = part["functionCall"]
        return [{"call": call["name"], "args": call.get("args") or {}, "signature": signature}]
    if "functionResponse" in part:
        result = part["functionResponse"]
        said = [{"result": result["name"], "response": result["response"]}]
        return said + [item for inner in result.get("parts") or [] for item in meaning(inner)]
    if "inlineData" in part:
        return [{"data": plain_base64(part["inlineData"]["data"])}]
    if STEPS & part.keys():
        return []
    return [{"uri": part["fileData"]["fileUri"]}]


def plain_base64(data: str | None) -> str | None:
    """The API takes bytes in both alphabets."""
    return data and data.replace("-", "+").replace("_", "/")


def joined(row: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Texts of the model that follow each other are one text to the client, with the last signature."""
    out: list[tuple[str, Any]] = []
    for role, said in row:
        if role == "model" and "text" in said and out and out[-1][0] == role and "text" in out[-1][1]:
            before = out[-1][1]
            out[-1] = (role, {"text": before["text"] + said["text"], "signature": said["signature"] or before["signature"]})
        else:
            out.append((role, said))
    return out


def system_text(request: Json) -> str:
    return "\n".join(text for text in system_texts(request) if "JSON schema below" not in text)


def system_texts(request: Json) -> list[str]:
    """Clients write one part as a list, as itself, or as its text."""
    system = request.get("systemInstruction") or []
    parts = system["parts"] if isinstance(system, dict) and "parts" in system else system
    return [part if isinstance(part, str) else part["text"] for part in (parts if isinstance(parts, list) else [parts])]


def tools_of(request: Json) -> list[Any]:
    row: list[Any] = []
    for entry in request.get("tools") or []:
        for function in entry.get("functionDeclarations") or []:
            schema = function.get("parametersJsonSchema") or function.get("parameters") or {}
            row.append([function["name"], function.get("description") or "", sorted(schema.get("properties") or {}),
                        sorted(schema.get("required") or [])])
        row += [[name] for name in named_tools(entry)]
    return sorted(row)
