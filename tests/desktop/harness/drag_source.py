"""A small window from which files can be dragged, at the given place; says on its output what becomes of the drag."""
import sys
from pathlib import Path

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402


def say(word):
    print(word, flush=True)


def main(x, y, files):
    window = Gtk.Window(type=Gtk.WindowType.POPUP)
    window.set_default_size(60, 40)
    handle = Gtk.EventBox()
    window.add(handle)
    target = Gtk.TargetEntry.new("text/uri-list", 0, 0)
    handle.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [target], Gdk.DragAction.COPY)
    uris = [Path(file).as_uri() for file in files]
    handle.connect("drag-data-get", lambda _w, _c, data, _i, _t: data.set_uris(uris))

    def begin(_widget, context):
        context.connect("action-changed", lambda _c, action: say("accepted" if action else "refused"))
        say("begun")

    handle.connect("drag-begin", begin)
    handle.connect("drag-end", lambda _w, _c: say("ended"))
    window.connect("map-event", lambda _w, _e: say("ready"))
    window.move(x, y)
    window.show_all()
    Gtk.main()


main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
