"""Words that would do harm if a page took them for more than words."""

from __future__ import annotations

HOSTILE = (
    '<script>window.harm=1</script> <img src="http://harm.invalid/a.png" onerror="window.harm=1">'
    " ![see](http://harm.invalid/b.png) [click](javascript:window.harm=1) http://harm.invalid/c"
    " {{constructor}} ${window.harm=1} $$x$$ `code` **bold** \u202egnp.exe\u202c"
)
