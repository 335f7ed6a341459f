"""One module per client dialect, named after it with `_` for `.` (`openai.chat` is `openai_chat`):

request(ask, model, stream) -> (path, headers, body)     the question of a cell in the dialect's words
read(status, headers, body, request) -> Outcome          what the client got, held to the dialect's rules; `error` has `code` and `message`
"""
