"""Reads the triangles of a VRML 2.0 file as KiCad's part library writes them; refuses geometry it does not know.

KiCad counts in tenths of an inch: one VRML unit is 2.54 mm. Appearance is skipped, so are lines.
"""

from __future__ import annotations

import re

import numpy as np

MILLIMETRES_PER_UNIT = 2.54

# A list of numbers is taken as one token: a file holds hundreds of thousands of them.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\[[-+0-9.eE,\s]*\]|[{}\[\]]|[^\s,{}\[\]"]+')
_COMMENT = re.compile(r"#[^\n]*")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$")
_WITHOUT_SURFACE = {
    "IndexedLineSet", "PointSet", "Text", "Viewpoint", "NavigationInfo", "WorldInfo", "Background",
    "DirectionalLight", "PointLight", "SpotLight",
}  # fmt: skip


class VrmlError(ValueError):
    """The file is not the VRML that this reader knows."""


class _Node:
    __slots__ = ("type", "fields")

    def __init__(self, node_type: str, fields: dict) -> None:
        self.type = node_type
        self.fields = fields


class _Parser:
    """Turns tokens into nodes. Field values are told apart by how they look, not by the node's schema."""

    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(_COMMENT.sub("", text))
        self.at = 0
        self.defined: dict[str, _Node] = {}

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def next(self) -> str:
        if self.at >= len(self.tokens):
            raise VrmlError("the file ends inside a node")
        self.at += 1
        return self.tokens[self.at - 1]

    def nodes(self, end: str) -> list[_Node]:
        found = []
        while self.peek() != end:
            found.append(self.node())
        return found

    def node(self) -> _Node:
        word = self.next()
        if word == "USE":
            name = self.next()
            if name not in self.defined:
                raise VrmlError(f"USE {name} before its DEF")
            return self.defined[name]
        name = None
        if word == "DEF":
            name, word = self.next(), self.next()
        if self.next() != "{":
            raise VrmlError(f"expected a node, found {word!r}")
        fields = {}
        while self.peek() != "}":
            field = self.next()
            fields[field] = self.value()
        self.next()
        node = _Node(word, fields)
        if name is not None:
            self.defined[name] = node
        return node

    def value(self):
        token = self.peek()
        if token == "[":
            self.next()
            found = [] if not self.peek().startswith('"') else [self.next()]
            while self.peek() != "]":
                found.append(self.next() if self.peek().startswith('"') else self.node())
            self.next()
            return found
        if token.startswith("["):
            return np.array(self.next()[1:-1].replace(",", " ").split(), dtype=np.float64)
        if token in ("TRUE", "FALSE", "NULL") or token.startswith('"'):
            return {"TRUE": True, "FALSE": False, "NULL": None}.get(self.next(), token)
        if _NUMBER.match(token):
            numbers = []
            while _NUMBER.match(self.peek()):
                numbers.append(float(self.next()))
            return np.array(numbers)
        return self.node()


def _rotation(axis_angle: np.ndarray) -> np.ndarray:
    """Rodrigues' formula."""
    axis, angle = axis_angle[:3], axis_angle[3]
    length = np.linalg.norm(axis)
    if length == 0:
        return np.eye(3)
    x, y, z = axis / length
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def _transform(fields: dict) -> tuple[np.ndarray, np.ndarray]:
    """Linear part and offset of T C R SR S -SR -C (ISO/IEC 14772-1, 6.52)."""
    none = np.array([0.0, 0.0, 1.0, 0.0])
    turn = _rotation(fields.get("rotation", none))
    skew = _rotation(fields.get("scaleOrientation", none))
    linear = turn @ skew @ np.diag(fields.get("scale", np.ones(3))) @ skew.T
    center = fields.get("center", np.zeros(3))
    return linear, fields.get("translation", np.zeros(3)) + center - linear @ center


def _faces(node: _Node) -> np.ndarray:
    """Triangles [n, 3, 3] of an IndexedFaceSet; polygons become fans, as all of KiCad's are convex."""
    coord, index = node.fields.get("coord"), node.fields.get("coordIndex")
    if coord is None or index is None or len(index) == 0:
        return np.zeros((0, 3, 3))
    points = np.asarray(coord.fields["point"]).reshape(-1, 3)
    index = index.astype(np.int64)
    if index[-1] != -1:
        index = np.append(index, -1)
    if len(index) % 4 == 0 and np.all(index[3::4] == -1) and np.count_nonzero(index == -1) == len(index) // 4:
        corners = index.reshape(-1, 4)[:, :3]
    else:
        polygons = np.split(index, np.flatnonzero(index == -1) + 1)
        corners = np.array([
            (p[0], p[k], p[k + 1]) for p in polygons for k in range(1, len(p) - 2)
        ]).reshape(-1, 3)  # fmt: skip
    if corners.size and (corners.min() < 0 or corners.max() >= len(points)):
        raise VrmlError("a face names a point that does not exist")
    if node.fields.get("ccw", True) is False:
        corners = corners[:, ::-1]
    return points[corners]


def _gather(node: _Node, linear: np.ndarray, offset: np.ndarray, out: list[np.ndarray]) -> None:
    if node.type == "Shape":
        geometry = node.fields.get("geometry")
        if geometry is None or geometry.type in _WITHOUT_SURFACE:
            return
        if geometry.type != "IndexedFaceSet":
            raise VrmlError(f"geometry {geometry.type} is not known")
        triangles = _faces(geometry) @ linear.T + offset
        out.append(triangles[:, ::-1] if np.linalg.det(linear) < 0 else triangles)
    elif node.type in ("Group", "Transform", "Anchor", "Collision", "Billboard"):
        if node.type == "Transform":
            own_linear, own_offset = _transform(node.fields)
            linear, offset = linear @ own_linear, linear @ own_offset + offset
        children = node.fields.get("children", [])
        for child in children if isinstance(children, list) else [children]:
            _gather(child, linear, offset, out)
    elif node.type == "Switch":
        choices = node.fields.get("choice", [])
        which = int(node.fields.get("whichChoice", [-1])[0])
        if 0 <= which < len(choices):
            _gather(choices[which], linear, offset, out)
    elif node.type not in _WITHOUT_SURFACE:
        raise VrmlError(f"node {node.type} is not known")


def read_vrml(text: str) -> np.ndarray:
    """Triangles of the file, [n, 3 corners, 3 coordinates], float64, in millimetres."""
    parser = _Parser(text)
    out: list[np.ndarray] = []
    for node in parser.nodes(""):
        _gather(node, np.eye(3), np.zeros(3), out)
    triangles = np.concatenate(out) if out else np.zeros((0, 3, 3))
    if len(triangles) == 0:
        raise VrmlError("the file has no surface")
    return triangles * MILLIMETRES_PER_UNIT
