import pytest

from indexer import processor

NEW = "processor\t: 0\nflags\t\t: fpu avx2 avx512_vnni\n\nprocessor\t: 1\nflags\t\t: fpu avx2\n"
OLD = "processor\t: 0\nflags\t\t: fpu avx2 avx512f\nbugs\t: avx512_vnni\n"


@pytest.mark.parametrize(
    ("told", "able"), [(NEW, True), (OLD, False), ("Features\t: asimd\n", False), (None, False)]
)
def test_a_processor_is_known_to_have_eight_bits_when_linux_says_so(
    told, able, tmp_path, monkeypatch
):
    file = tmp_path / "cpuinfo"
    if told is not None:
        file.write_text(told)
    monkeypatch.setattr(processor, "_TOLD", file)
    processor._flags.cache_clear()
    assert processor.has_eight_bits() == able
    assert not processor.has_bfloat16_tiles()
    processor._flags.cache_clear()


def test_tiles_are_told_too(tmp_path, monkeypatch):
    (tmp_path / "cpuinfo").write_text("flags\t\t: fpu amx_bf16 amx_tile amx_int8\n")
    monkeypatch.setattr(processor, "_TOLD", tmp_path / "cpuinfo")
    processor._flags.cache_clear()
    assert processor.has_bfloat16_tiles()
    processor._flags.cache_clear()


def test_cores_are_those_that_the_process_may_use(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {1, 3, 5})
    assert (processor.cores(), processor.cores(2)) == (3, 2)


def test_where_that_is_not_told_cores_are_those_of_the_machine(monkeypatch):
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    assert (processor.cores(), processor.cores(2)) == (6, 2)
