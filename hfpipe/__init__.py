"""
hfpipe: Hugging Face inference as a walk of one frozen record through named, pure stages.

>>> import hfpipe
>>> hf = hfpipe.client(provider="sandbox")
>>> hfpipe.chat_completion(hf, "say hello").map(lambda answer: answer.text)
<Success: hello>

Reading the code, start with `standard.py`: the stages in their order. `calls/` makes an
`Exchange`, `pipeline.py` walks it, each stage is a file of `stages/`, what they need is performed
in `io/`, and the rows of `providers/table.py` say how each provider differs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Each name is loaded when it is first asked for (PEP 562): a script that chats loads no
# notebook, no video and no command line.
_HOME = {
    "hfpipe.clients": "AnyClient CallOptions Client ClientOptions client endpoint_client",
    "hfpipe.calls.chat": "chat_completion",
    "hfpipe.calls.text": "summarization text_generation translation",
    "hfpipe.calls.live": "chat_completion_stream text_generation_stream",
    "hfpipe.calls.labels": (
        "fill_mask text_classification token_classification zero_shot_classification"
    ),
    "hfpipe.calls.questions": (
        "document_question_answering question_answering table_question_answering "
        "visual_question_answering"
    ),
    "hfpipe.calls.embeddings": "embed feature_extraction sentence_similarity",
    "hfpipe.calls.image": (
        "image_classification image_segmentation image_text_to_image image_to_image "
        "image_to_text object_detection text_to_image zero_shot_image_classification"
    ),
    "hfpipe.calls.video": "image_text_to_video image_to_video text_to_video",
    "hfpipe.calls.audio": (
        "audio_classification audio_to_audio automatic_speech_recognition text_to_audio "
        "text_to_speech"
    ),
    "hfpipe.calls.tabular": "tabular_classification tabular_regression",
    "hfpipe.dicts": "to_dict",
    "hfpipe.errors": (
        "AnyHfpipeError DeadlineError HfpipeError HubApiError InputError ProviderApiError "
        "ProviderOutputError RoutingError StageError StreamError TransportError kind"
    ),
    "hfpipe.evolving": "evolve",
    "hfpipe.explanation": "Explanation StageChange explain",
    "hfpipe.http_options": "HttpOptions",
    "hfpipe.io.sending": "default_send",
    "hfpipe.jobs": "finish poll submit",
    "hfpipe.media": "Media",
    "hfpipe.outputs.answers": "Answer DocumentAnswer TableAnswer VisualAnswer",
    "hfpipe.outputs.audio": "AudioPart Transcription TranscriptionChunk",
    "hfpipe.outputs.chat": "ChatCompletion Choice Message ToolCall",
    "hfpipe.outputs.chunks": "ChatChunk ChunkChoice Delta",
    "hfpipe.outputs.image": "BoundingBox DetectedObject ImageToText Segment",
    "hfpipe.outputs.text": (
        "Classification FillMask GenerationDetails Summary TextGeneration TextGenerationChunk "
        "Token TokenClassification Translation"
    ),
    "hfpipe.outputs.usage": "Usage",
    "hfpipe.outputs.vectors": "Embeddings",
    "hfpipe.pipeline": "Need Pipeline Stage StageMiddleware Waiting resume stage start",
    "hfpipe.progress": "Progress",
    "hfpipe.providers.row": "Provider Recipe",
    "hfpipe.providing": "clear_mappings providers_for",
    "hfpipe.providers.table": "PROVIDERS",
    "hfpipe.raw": "request request_stream",
    "hfpipe.records": "Exchange Meta Options ProviderMapping RateLimit StageRecord",
    "hfpipe.results": "fold then unwrap",
    "hfpipe.retry": "Retry",
    "hfpipe.schedule": "Schedule constant exponential",
    "hfpipe.secret": "Secret",
    "hfpipe.standard": "default_pipeline",
    "hfpipe.streaming": "ChatStream Stream",
    "hfpipe.texts": "map_text",
    "hfpipe.version": "__version__",
    "hfpipe.walks": "exchange run",
    "hfpipe.wire": "FileBody Headers HttpRequest HttpResponse",
    "hfpipe.door": "new_exchange",
}
_MODULES = ("streams", "raising", "aio", "testing", "middleware")

if TYPE_CHECKING:
    from hfpipe import aio as aio
    from hfpipe import middleware as middleware
    from hfpipe import raising as raising
    from hfpipe import streams as streams
    from hfpipe import testing as testing
    from hfpipe.calls.audio import audio_classification as audio_classification
    from hfpipe.calls.audio import audio_to_audio as audio_to_audio
    from hfpipe.calls.audio import automatic_speech_recognition as automatic_speech_recognition
    from hfpipe.calls.audio import text_to_audio as text_to_audio
    from hfpipe.calls.audio import text_to_speech as text_to_speech
    from hfpipe.calls.chat import chat_completion as chat_completion
    from hfpipe.calls.embeddings import embed as embed
    from hfpipe.calls.embeddings import feature_extraction as feature_extraction
    from hfpipe.calls.embeddings import sentence_similarity as sentence_similarity
    from hfpipe.calls.image import image_classification as image_classification
    from hfpipe.calls.image import image_segmentation as image_segmentation
    from hfpipe.calls.image import image_text_to_image as image_text_to_image
    from hfpipe.calls.image import image_to_image as image_to_image
    from hfpipe.calls.image import image_to_text as image_to_text
    from hfpipe.calls.image import object_detection as object_detection
    from hfpipe.calls.image import text_to_image as text_to_image
    from hfpipe.calls.image import zero_shot_image_classification as zero_shot_image_classification
    from hfpipe.calls.labels import fill_mask as fill_mask
    from hfpipe.calls.labels import text_classification as text_classification
    from hfpipe.calls.labels import token_classification as token_classification
    from hfpipe.calls.labels import zero_shot_classification as zero_shot_classification
    from hfpipe.calls.live import chat_completion_stream as chat_completion_stream
    from hfpipe.calls.live import text_generation_stream as text_generation_stream
    from hfpipe.calls.questions import document_question_answering as document_question_answering
    from hfpipe.calls.questions import question_answering as question_answering
    from hfpipe.calls.questions import table_question_answering as table_question_answering
    from hfpipe.calls.questions import visual_question_answering as visual_question_answering
    from hfpipe.calls.tabular import tabular_classification as tabular_classification
    from hfpipe.calls.tabular import tabular_regression as tabular_regression
    from hfpipe.calls.text import summarization as summarization
    from hfpipe.calls.text import text_generation as text_generation
    from hfpipe.calls.text import translation as translation
    from hfpipe.calls.video import image_text_to_video as image_text_to_video
    from hfpipe.calls.video import image_to_video as image_to_video
    from hfpipe.calls.video import text_to_video as text_to_video
    from hfpipe.clients import AnyClient as AnyClient
    from hfpipe.clients import CallOptions as CallOptions
    from hfpipe.clients import Client as Client
    from hfpipe.clients import ClientOptions as ClientOptions
    from hfpipe.clients import client as client
    from hfpipe.clients import endpoint_client as endpoint_client
    from hfpipe.dicts import to_dict as to_dict
    from hfpipe.door import new_exchange as new_exchange
    from hfpipe.errors import AnyHfpipeError as AnyHfpipeError
    from hfpipe.errors import DeadlineError as DeadlineError
    from hfpipe.errors import HfpipeError as HfpipeError
    from hfpipe.errors import HubApiError as HubApiError
    from hfpipe.errors import InputError as InputError
    from hfpipe.errors import ProviderApiError as ProviderApiError
    from hfpipe.errors import ProviderOutputError as ProviderOutputError
    from hfpipe.errors import RoutingError as RoutingError
    from hfpipe.errors import StageError as StageError
    from hfpipe.errors import StreamError as StreamError
    from hfpipe.errors import TransportError as TransportError
    from hfpipe.errors import kind as kind
    from hfpipe.evolving import evolve as evolve
    from hfpipe.explanation import Explanation as Explanation
    from hfpipe.explanation import StageChange as StageChange
    from hfpipe.explanation import explain as explain
    from hfpipe.http_options import HttpOptions as HttpOptions
    from hfpipe.io.sending import default_send as default_send
    from hfpipe.jobs import finish as finish
    from hfpipe.jobs import poll as poll
    from hfpipe.jobs import submit as submit
    from hfpipe.media import Media as Media
    from hfpipe.outputs.answers import Answer as Answer
    from hfpipe.outputs.answers import DocumentAnswer as DocumentAnswer
    from hfpipe.outputs.answers import TableAnswer as TableAnswer
    from hfpipe.outputs.answers import VisualAnswer as VisualAnswer
    from hfpipe.outputs.audio import AudioPart as AudioPart
    from hfpipe.outputs.audio import Transcription as Transcription
    from hfpipe.outputs.audio import TranscriptionChunk as TranscriptionChunk
    from hfpipe.outputs.chat import ChatCompletion as ChatCompletion
    from hfpipe.outputs.chat import Choice as Choice
    from hfpipe.outputs.chat import Message as Message
    from hfpipe.outputs.chat import ToolCall as ToolCall
    from hfpipe.outputs.chunks import ChatChunk as ChatChunk
    from hfpipe.outputs.chunks import ChunkChoice as ChunkChoice
    from hfpipe.outputs.chunks import Delta as Delta
    from hfpipe.outputs.image import BoundingBox as BoundingBox
    from hfpipe.outputs.image import DetectedObject as DetectedObject
    from hfpipe.outputs.image import ImageToText as ImageToText
    from hfpipe.outputs.image import Segment as Segment
    from hfpipe.outputs.text import Classification as Classification
    from hfpipe.outputs.text import FillMask as FillMask
    from hfpipe.outputs.text import GenerationDetails as GenerationDetails
    from hfpipe.outputs.text import Summary as Summary
    from hfpipe.outputs.text import TextGeneration as TextGeneration
    from hfpipe.outputs.text import TextGenerationChunk as TextGenerationChunk
    from hfpipe.outputs.text import Token as Token
    from hfpipe.outputs.text import TokenClassification as TokenClassification
    from hfpipe.outputs.text import Translation as Translation
    from hfpipe.outputs.usage import Usage as Usage
    from hfpipe.outputs.vectors import Embeddings as Embeddings
    from hfpipe.pipeline import Need as Need
    from hfpipe.pipeline import Pipeline as Pipeline
    from hfpipe.pipeline import Stage as Stage
    from hfpipe.pipeline import StageMiddleware as StageMiddleware
    from hfpipe.pipeline import Waiting as Waiting
    from hfpipe.pipeline import resume as resume
    from hfpipe.pipeline import stage as stage
    from hfpipe.pipeline import start as start
    from hfpipe.progress import Progress as Progress
    from hfpipe.providers.row import Provider as Provider
    from hfpipe.providers.row import Recipe as Recipe
    from hfpipe.providers.table import PROVIDERS as PROVIDERS
    from hfpipe.providing import clear_mappings as clear_mappings
    from hfpipe.providing import providers_for as providers_for
    from hfpipe.raw import request as request
    from hfpipe.raw import request_stream as request_stream
    from hfpipe.records import Exchange as Exchange
    from hfpipe.records import Meta as Meta
    from hfpipe.records import Options as Options
    from hfpipe.records import ProviderMapping as ProviderMapping
    from hfpipe.records import RateLimit as RateLimit
    from hfpipe.records import StageRecord as StageRecord
    from hfpipe.results import fold as fold
    from hfpipe.results import then as then
    from hfpipe.results import unwrap as unwrap
    from hfpipe.retry import Retry as Retry
    from hfpipe.schedule import Schedule as Schedule
    from hfpipe.schedule import constant as constant
    from hfpipe.schedule import exponential as exponential
    from hfpipe.secret import Secret as Secret
    from hfpipe.standard import default_pipeline as default_pipeline
    from hfpipe.streaming import ChatStream as ChatStream
    from hfpipe.streaming import Stream as Stream
    from hfpipe.texts import map_text as map_text
    from hfpipe.version import __version__ as __version__
    from hfpipe.walks import exchange as exchange
    from hfpipe.walks import run as run
    from hfpipe.wire import FileBody as FileBody
    from hfpipe.wire import Headers as Headers
    from hfpipe.wire import HttpRequest as HttpRequest
    from hfpipe.wire import HttpResponse as HttpResponse
else:
    _WHERE = {name: module for module, names in _HOME.items() for name in names.split()}

    def __getattr__(name: str) -> Any:
        if name in _WHERE:
            value = getattr(import_module(_WHERE[name]), name)
        elif name in _MODULES:
            value = import_module(f"hfpipe.{name}")
        else:
            raise AttributeError(f"module 'hfpipe' has no attribute {name!r}")
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        public = {*_WHERE, *_MODULES}
        return sorted(public | {name for name in globals() if name.startswith("__")})
