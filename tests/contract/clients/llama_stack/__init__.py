"""llama-stack-client, from when Llama Stack kept OpenAI's API below /v1/openai/v1.

Answers about stores are validated. Its types of files, pages and searches are those of its own
server, which differ from OpenAI's (a file always expires, for one), so those are looked at by hand.
"""
