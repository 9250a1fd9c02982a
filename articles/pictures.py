"""The pictures that come with this program: line drawings that staff can put below a section.

A drawing shows what the text of its section says and adds nothing to it. Its lines are in
`templates/articles/pictures/<key>.svg`; its words are here, so that they can be translated.
"""

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Words = str | Promise


@dataclass(frozen=True)
class Drawing:
    """`caption` stands below it for all to read; `name` and `seen` tell those who cannot see it what it shows."""

    key: str
    caption: Words
    name: Words
    seen: Words

    @property
    def template(self) -> str:
        return f"articles/pictures/{self.key}.svg"


@dataclass(frozen=True)
class Picture:
    """What staff choose: one drawing, or several that belong together."""

    label: Words
    drawings: tuple[Drawing, ...]


CALF_WALL = Drawing(
    "calf-wall",
    _("Calf: lean in toward the wall, heels flat."),
    _("Calf stretch at a wall"),
    _("A person stands at arm's length from a wall, with both hands on it, and leans in. The heels stay on the floor."),
)
CALF_TOES_UP = Drawing(
    "calf-toes-up",
    _("Pull your toes up."),
    _("Calf stretch, sitting"),
    _("A person sits on a bed with one leg straight. An arrow shows the toes going up toward the shin."),
)
CALF_STAND = Drawing(
    "calf-stand",
    _("Stand on the foot."),
    _("Calf stretch, standing"),
    _("A person stands with a flat foot and holds on to a chair. An arrow points down to the heel."),
)
TOES_UP = Drawing(
    "toes-up",
    _("Toes or foot: lift your toes up toward your shin."),
    _("Toe stretch"),
    _("A foot from the side, its heel on the floor. An arrow shows the toes going up toward the shin."),
)
THIGH_FRONT = Drawing(
    "thigh-front",
    _("Front of the thigh: bend your knee."),
    _("Stretch for the front of the thigh"),
    _("A person stands on one leg and holds on to a chair. The other knee is bent; an arrow shows the heel going up toward the bottom."),
)  # fmt: skip
THIGH_BACK = Drawing(
    "thigh-back",
    _("Back of the thigh: slowly straighten your knee."),
    _("Stretch for the back of the thigh, on a chair"),
    _("A person sits on a chair. An arrow shows the lower leg going up until the knee is straight."),
)
THIGH_BACK_FLOOR = Drawing(
    "thigh-back-floor",
    _("Back of the thigh: one leg straight, lean forward a little."),
    _("Stretch for the back of the thigh, with one leg straight"),
    _("A person sits with one leg straight out in front. An arrow shows the body leaning forward."),
)
BALL_OF_FOOT = Drawing(
    "ball-of-foot",
    _("The ball of the foot: the padded part of the sole, just behind the toes."),
    _("Where the ball of the foot is"),
    _("The sole of a foot. The padded part just behind the toes is marked with lines."),
)

PICTURES = {
    "cramp-stretches": Picture(
        _("Stretches for a cramp: calf, foot and thigh"),
        (
            replace(CALF_TOES_UP, caption=_("Calf: straighten your knee and pull your toes up.")),
            replace(CALF_STAND, caption=_("Calf, another way: stand and press your heel down.")),
            TOES_UP,
            THIGH_FRONT,
            THIGH_BACK,
        ),
    ),
    "calf-cramp": Picture(_("Calf cramp: toes up, or stand on the foot"), (CALF_TOES_UP, CALF_STAND)),
    "daily-stretches": Picture(_("Daily stretches: calf at the wall, back of the thigh"), (CALF_WALL, THIGH_BACK_FLOOR)),
    "calf-wall": Picture(CALF_WALL.name, (CALF_WALL,)),
    "calf-toes-up": Picture(CALF_TOES_UP.name, (CALF_TOES_UP,)),
    "calf-stand": Picture(CALF_STAND.name, (CALF_STAND,)),
    "toes-up": Picture(TOES_UP.name, (TOES_UP,)),
    "thigh-front": Picture(THIGH_FRONT.name, (THIGH_FRONT,)),
    "thigh-back": Picture(THIGH_BACK.name, (THIGH_BACK,)),
    "thigh-back-floor": Picture(THIGH_BACK_FLOOR.name, (THIGH_BACK_FLOOR,)),
    "ball-of-foot": Picture(BALL_OF_FOOT.name, (BALL_OF_FOOT,)),
}  # fmt: skip


def choices() -> list[tuple[str, Words]]:
    return [(key, picture.label) for key, picture in PICTURES.items()]


def drawings_of(key: str) -> tuple[Drawing, ...]:
    """An old edition may name a picture that this program no longer has: then its text stands alone."""
    picture = PICTURES.get(key)
    return picture.drawings if picture else ()
