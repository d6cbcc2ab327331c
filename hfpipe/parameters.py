"""
The parameters that the Hub documents for each task, in the order in which a body has them.

Floor 0. Others pass as they are, after these: providers know many more. Sources: the schemas of
https://huggingface.co/docs/inference-providers/tasks, in the order of the official Python client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_GENERATION: Final = """
    do_sample early_stopping epsilon_cutoff eta_cutoff max_length max_new_tokens min_length
    min_new_tokens num_beam_groups num_beams penalty_alpha temperature top_k top_p typical_p
    use_cache
    """
_IMAGE: Final = "prompt negative_prompt target_size num_inference_steps guidance_scale seed"
_VIDEO: Final = (
    "prompt negative_prompt num_frames num_inference_steps guidance_scale seed target_size"
)
_BY_TASK: Final = {
    "audio-classification": "function_to_apply top_k",
    "automatic-speech-recognition": "return_timestamps generation_parameters",
    "document-question-answering": (
        "doc_stride handle_impossible_answer lang max_answer_len max_question_len max_seq_len "
        "top_k word_boxes"
    ),
    "feature-extraction": (
        "normalize prompt_name truncate truncation_direction dimensions encoding_format"
    ),
    "fill-mask": "targets top_k",
    "image-classification": "function_to_apply top_k",
    "image-segmentation": "mask_threshold overlap_mask_area_threshold subtask threshold",
    "image-text-to-image": _IMAGE,
    "image-text-to-video": _VIDEO,
    "image-to-image": _IMAGE,
    "image-to-text": "max_new_tokens generation_parameters",
    "image-to-video": _VIDEO,
    "object-detection": "threshold",
    "question-answering": (
        "align_to_words doc_stride handle_impossible_answer max_answer_len max_question_len "
        "max_seq_len top_k"
    ),
    "summarization": "clean_up_tokenization_spaces generate_parameters truncation",
    "table-question-answering": "padding sequential truncation",
    "text-classification": "function_to_apply top_k",
    "text-generation": (
        "adapter_id best_of decoder_input_details details do_sample frequency_penalty grammar "
        "max_new_tokens repetition_penalty return_full_text seed stop temperature top_k "
        "top_n_tokens top_p truncate typical_p watermark"
    ),
    "text-to-audio": _GENERATION,
    "text-to-image": (
        "negative_prompt height width num_inference_steps guidance_scale scheduler seed"
    ),
    "text-to-speech": _GENERATION,
    "text-to-video": "guidance_scale negative_prompt num_frames num_inference_steps seed",
    "token-classification": "aggregation_strategy ignore_labels stride",
    "translation": "src_lang tgt_lang clean_up_tokenization_spaces truncation generate_parameters",
    "visual-question-answering": "top_k",
    "zero-shot-classification": "candidate_labels multi_label hypothesis_template",
    "zero-shot-image-classification": "candidate_labels hypothesis_template",
}

PARAMETERS: Final = {task: tuple(names.split()) for task, names in _BY_TASK.items()}
_PLACES: Final = {
    task: {name: place for place, name in enumerate(names)} for task, names in PARAMETERS.items()
}


def ordered(task: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """
    The parameters that are set, the documented ones first and in their order.

    >>> ordered("text-to-image", {"x": 1, "seed": 7, "width": None, "height": 64})
    {'height': 64, 'seed': 7, 'x': 1}
    """
    places = _PLACES.get(task, {})
    last = len(places)
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        names.sort(key=lambda name: places.get(name, last))
    return {name: given[name] for name in names}
