"""
The tasks: what each takes, as data.

Floor 0. A task is named as the Hub names it (`text-to-image`); its function bears the same name
with underscores, and chat has its two names besides. Those 32 and `embed`, which asks for
features and gives a vector for each text.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from hfpipe.errors import InputError
from hfpipe.evolving import unshared
from hfpipe.near import nearest
from hfpipe.printing import equal, hashed, printed

Kind: TypeAlias = Literal["text", "media", "mapping", "messages"]

CHAT: Final = "conversational"

# Every field of a chat body that OpenAI, vLLM, TGI, llama.cpp or OpenRouter documents, in the
# order in which the official Python client writes those that it knows.
CHAT_ORDER: Final = """
    frequency_penalty logit_bias logprobs max_tokens n presence_penalty response_format seed
    stop temperature tool_choice tool_prompt tools top_logprobs top_p
    """.split()
CHAT_LAST: Final = ("stream", "stream_options")
CHAT_OTHERS: Final = frozenset(
    """
    add_generation_prompt add_special_tokens allowed_token_ids audio bad_words best_of
    cache_prompt cache_salt chat_template chat_template_kwargs continue_final_message documents
    dry_allowed_length dry_base dry_multiplier dry_penalty_last_n dry_sequence_breakers
    dynatemp_exponent dynatemp_range early_stopping echo enable_thinking function_call functions
    grammar guided_backend guided_choice guided_decoding_backend guided_grammar guided_json
    guided_regex guided_whitespace_pattern id_slot ignore_eos include_reasoning
    include_stop_str_in_output json_schema kv_transfer_params length_penalty lora
    max_completion_tokens max_tokens metadata min_keep min_p min_tokens mirostat mirostat_eta
    mirostat_tau mm_processor_kwargs modalities models n_keep n_predict n_probs
    parallel_tool_calls plugins prediction preset priority prompt_cache_key prompt_logprobs
    reasoning reasoning_effort reasoning_format repeat_last_n repeat_penalty repetition_penalty
    request_id return_tokens_as_token_ids route safety_identifier samplers service_tier
    skip_special_tokens spaces_between_special_tokens stop_token_ids store structured_outputs
    t_max_predict_ms thinking thinking_budget timings_per_token tool_prompt top_a top_k
    top_n_sigma transforms truncate_prompt_tokens typical_p usage use_beam_search user verbosity
    vllm_xargs web_search_options xtc_probability xtc_threshold
    """.split()
)


@frozen(slots=False)  # a cached property in slots costs 0.5 ms of each import
class Task:
    """
    One task: its name, the argument that the first positional one fills, and what that may be.

    `more` are the other arguments it knows; `open` ones pass unknown arguments on to the body.
    `keys` are those of a mapping as input, `media` the one of them that holds an image.
    `required` are keys of `parameters` that the task cannot do without, `instead` the one that
    will do in place of the input. `many`: a list of inputs is answered with a value for each.
    `asks` is the Hub's name of the task where the own name is not that.
    """

    name: str
    takes: str = "inputs"
    kind: Kind = "text"
    more: frozenset[str] = frozenset({"parameters"})
    keys: tuple[str, ...] = ()
    media: str = ""
    required: tuple[str, ...] = ()
    instead: str = ""
    many: bool = False
    open: bool = False
    asks: str = ""

    __attrs_pre_init__ = unshared
    __repr__, __eq__, __hash__ = printed, equal, hashed

    @property
    def hub(self) -> str:
        """The Hub's name of what is asked for."""
        return self.asks or self.name

    @property
    def function(self) -> str:
        """The name of the function that does it."""
        return "chat_completion" if self.name == CHAT else self.name.replace("-", "_")

    @cached_property
    def known(self) -> frozenset[str]:
        """The names of all its arguments."""
        return self.more | {self.takes}


# The parameters of an embedding stand beside its input, not below `parameters`.
EMBEDDING: Final = (
    "normalize",
    "prompt_name",
    "truncate",
    "truncation_direction",
    "dimensions",
    "encoding_format",
)
_EMBEDDING: Final = frozenset({"parameters", *EMBEDDING})

TASKS: Final[dict[str, Task]] = {
    task.name: task
    for task in (
        Task("audio-classification", kind="media"),
        Task("audio-to-audio", kind="media"),
        Task("automatic-speech-recognition", kind="media"),
        Task(CHAT, "messages", "messages", frozenset(CHAT_ORDER) | frozenset(CHAT_LAST), open=True),
        Task(
            "document-question-answering",
            kind="mapping",
            keys=("image", "question"),
            media="image",
        ),
        Task("feature-extraction", more=_EMBEDDING, many=True),
        Task("fill-mask", many=True),
        Task("image-classification", kind="media"),
        Task("image-segmentation", kind="media"),
        Task("image-text-to-image", kind="media", instead="prompt"),
        Task("image-text-to-video", kind="media", instead="prompt"),
        Task("image-to-image", kind="media"),
        Task("image-to-text", kind="media"),
        Task("image-to-video", kind="media"),
        Task("object-detection", kind="media"),
        Task("question-answering", kind="mapping", keys=("question", "context")),
        Task("sentence-similarity", kind="mapping", keys=("source_sentence", "sentences")),
        Task("summarization", many=True),
        Task("table-question-answering", kind="mapping", keys=("query", "table")),
        Task("tabular-classification", kind="mapping", keys=("data",)),
        Task("tabular-regression", kind="mapping", keys=("data",)),
        Task("text-classification", many=True),
        Task("text-generation", more=frozenset({"parameters", "stream"}), many=True),
        Task("text-to-audio"),
        Task("text-to-image"),
        Task("text-to-speech"),
        Task("text-to-video"),
        Task("token-classification", many=True),
        Task("translation", many=True),
        Task(
            "visual-question-answering",
            kind="mapping",
            keys=("image", "question"),
            media="image",
        ),
        Task("zero-shot-classification", required=("candidate_labels",), many=True),
        Task("zero-shot-image-classification", kind="media", required=("candidate_labels",)),
        # one vector for each text, whoever answers: the Hub knows it by the name of its kind
        Task("embed", more=_EMBEDDING, many=True, asks="feature-extraction"),
    )
}

_ALSO: Final = {
    "chat-completion": CHAT,
    "chat-completion-stream": CHAT,
}


def named(task: Any) -> Task:
    """
    The task that a function, its name, or the Hub's name stands for; raises `InputError`.

    >>> named("chat_completion").name, named("text-to-image").function
    ('conversational', 'text_to_image')
    """
    if isinstance(task, Task):
        return task
    name = task if isinstance(task, str) else getattr(task, "__name__", "")
    if not isinstance(name, str) or not name:
        raise InputError(f"a task is a function of hfpipe or its name, not {type(task).__name__}")
    plain = name.strip().lower().replace("_", "-").removesuffix("-stream")
    found = TASKS.get(_ALSO.get(plain, plain))
    if found is None:
        near = nearest(plain, [*TASKS, *_ALSO])
        raise InputError(f"there is no task {name!r}{near}", code="unsupported_task")
    return found
