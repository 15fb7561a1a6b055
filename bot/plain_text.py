"""A reply as plain text, for a terminal and for programs."""

from bot.core.replies import Answer, Citation, Reply, Sources


def plain_text(reply: Reply) -> str:
    """Title, paragraphs and source line; list items stand together, everything else has a blank line between."""
    blocks: list[str] = [reply.title] if reply.title else []
    for paragraph in reply.paragraphs:
        if blocks and paragraph.startswith("• ") and blocks[-1].split("\n")[-1].startswith("• "):
            blocks[-1] += "\n" + paragraph
        else:
            blocks.append(paragraph)
    if isinstance(reply, Answer):
        blocks.append(reply.citation.line)
    return "\n\n".join(blocks)


def citation_of(reply: Reply) -> Citation | None:
    return reply.citation if isinstance(reply, Answer | Sources) else None
