"""Screens drawn for the tests: chats and mails as programs show them, and what people do to a screenshot."""

from collections.abc import Callable, Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

Box = tuple[float, float, float, float]
OTHERS = ("Alex Kim", "Rita Moss", "Tom Bauer", "Ines Paz", "Wei Chen", "Omar Said")
LIGHT = {"ground": "#ffffff", "ink": "#141414", "side": "#f3f4f6", "theirs": "#ebecf0", "mine": "#cfe4ff"}
DARK = {"ground": "#181a1f", "ink": "#e6e6e6", "side": "#22252b", "theirs": "#32363e", "mine": "#1e508c"}
TEMPLATE = "Hi {}, I saw that your team is hiring a backend engineer and I would like to apply. May I send you my CV?"
BODY = "Dear {},\n\nplease find my application attached. I have built\npayment systems for six years.\n\nKind regards"


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def chat(
    name: str,
    messages: Sequence[tuple[bool, str]],
    *,
    clock: str = "10:42",
    size: tuple[int, int] = (1280, 800),
    colours: dict[str, str] = LIGHT,
) -> Image.Image:
    """A chat window below a bar with a clock: other talks at the left, (mine, text) as bubbles at the right."""
    width, height = size
    image = Image.new("RGB", size, colours["ground"])
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, 28), fill="#3c3c42")
    draw.text((12, 6), "Messages", font=_font(14), fill="white")
    draw.text((width - 60, 6), clock, font=_font(14), fill="white")
    side = width // 4
    draw.rectangle((0, 28, side, height), fill=colours["side"])
    for place, person in enumerate((name, *OTHERS)):
        top = 50 + place * 64
        if place == 0:
            draw.rectangle((0, top - 8, side, top + 50), fill=colours["theirs"])
        draw.ellipse((14, top, 54, top + 40), fill=("#a05040", "#40a050", "#4050a0")[len(person) % 3])
        draw.text((66, top + 2), person, font=_font(16), fill=colours["ink"])
        draw.text((66, top + 22), "Thanks, talk soon", font=_font(12), fill="#828282")
    draw.text((side + 20, 46), name, font=_font(20), fill=colours["ink"])
    top = 96
    for mine, text in messages:
        lines = [text[at : at + 52] for at in range(0, len(text), 52)]
        long = max(draw.textlength(line, font=_font(15)) for line in lines) + 24
        left = width - 30 - long if mine else side + 20
        box: Box = (left, top, left + long, top + len(lines) * 20 + 16)
        draw.rounded_rectangle(box, 12, fill=colours["mine" if mine else "theirs"])
        for row, line in enumerate(lines):
            draw.text((left + 12, top + 8 + row * 20), line, font=_font(15), fill=colours["ink"])
        top += len(lines) * 20 + 28
    draw.rounded_rectangle((side + 20, height - 60, width - 20, height - 20), 18, outline="#b4b4b4")
    draw.text((side + 40, height - 48), "Write a message", font=_font(14), fill="#969696")
    return image


def mail(to: str, subject: str, body: str, *, clock: str = "10:42") -> Image.Image:
    """A sent mail in a mail window above a bar with a clock."""
    width, height = 1280, 800
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, 56), fill="#f2f6fc")
    draw.text((20, 16), "Mail", font=_font(24), fill="#505050")
    draw.rounded_rectangle((250, 10, 900, 46), 18, fill="#e1e8f3")
    for row, folder in enumerate(("Inbox", "Starred", "Sent", "Drafts", "Archive")):
        draw.text((30, 80 + row * 36), folder, font=_font(16), fill="#1e1e1e")
    draw.text((250, 80), subject, font=_font(24), fill="#141414")
    draw.text((304, 128), "me", font=_font(16), fill="black")
    draw.text((304, 148), f"to {to}", font=_font(13), fill="#646464")
    for row, line in enumerate(body.split("\n")):
        draw.text((304, 190 + row * 24), line, font=_font(16), fill="#1e1e1e")
    draw.rectangle((0, height - 34, width, height), fill="#1e1e24")
    draw.text((width - 70, height - 26), clock, font=_font(14), fill="white")
    return image


def saved(image: Image.Image, kind: str = "PNG", **options: int) -> bytes:
    """The picture as a file's bytes."""
    written = BytesIO()
    image.save(written, kind, **({"compress_level": 1} if kind == "PNG" else {}) | options)
    return written.getvalue()


def _shrunk(image: Image.Image, percent: int) -> Image.Image:
    return image.resize((image.width * percent // 100, image.height * percent // 100), Image.Resampling.LANCZOS)


def _cropped(image: Image.Image, *, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0) -> Image.Image:
    return image.crop((left, top, image.width - right, image.height - bottom))


#: What people do to a screenshot without making it another one.
COPIES: dict[str, Callable[[Image.Image], bytes]] = {
    "saved again": lambda image: saved(image, compress_level=9),
    "as WebP": lambda image: saved(image, "WEBP", quality=80),
    "as BMP": lambda image: saved(image, "BMP"),
    "as JPEG, good": lambda image: saved(image, "JPEG", quality=90),
    "as JPEG, poor": lambda image: saved(image, "JPEG", quality=50),
    "three quarters": lambda image: saved(_shrunk(image, 75)),
    "half, as JPEG": lambda image: saved(_shrunk(image, 50), "JPEG", quality=80),
    "enlarged": lambda image: saved(_shrunk(image, 150)),
    "cropped by 8": lambda image: saved(_cropped(image, left=8, top=8, right=8, bottom=8)),
    "cropped unevenly": lambda image: saved(_cropped(image, left=13, top=5, right=3, bottom=21)),
    "cropped, as JPEG": lambda image: saved(_cropped(image, left=38, bottom=24), "JPEG", quality=80),
    "without its bar": lambda image: saved(_cropped(image, top=29)),
}
