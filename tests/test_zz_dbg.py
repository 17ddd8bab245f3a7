import struct, time
from rag.dense import _GRAPH_HEADER, _links
def look(st):
    for h in (st/"chroma").glob("*/*/header.bin"):
        d=h.parent
        print({p.name:p.stat().st_size for p in d.iterdir()})
        x=_GRAPH_HEADER.unpack(h.read_bytes()); print(x, x[3]*x[4], _links((d/"link_lists.bin").read_bytes()))
def test_y(library, papers):
    o = library(); o.sync(papers); o.close(); look(o.store.folder)
    print(o.store.healed)
    for _ in range(3):
        o = library(); print(o.doctor().healed); o.close(); look(o.store.folder)
