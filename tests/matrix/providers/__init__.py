"""One module per provider dialect, named after it with `_` for `.` (`openai.responses` is `openai_responses`):

FORMS                       the ways to reach it, by name: at least {"DIALECT": Form(...)}; `adapted` and `refused` of a form say what a model
                            there cannot do, and how the client is told; `speaks` holds what follows for a form with other words than
                            the rest of its dialect
facts(body) -> Facts        what an arrived body says (recordings/sent.py), written without a look at the encoder; `settings["thinking"]` is
                            true where the model is asked to think
whole(said), stream(said)   the answer as the vendor would send it, as a Reply
error(words)                the vendor's answer when there are too many requests (429), with these words
broken(said, words)         a stream that says `said` and then breaks off with the vendor's own error

and where the vendor is different:

UNKNOWN                     by feature: why the vendor has no such thing; the cell is left out
EXPECTED                    by feature: a Said, where the answer reaches the client in other words
"""
