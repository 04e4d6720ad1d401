"""A figure stands beside its limit and says whether it holds."""

from benchmarks.lines import Line, print_lines


def test_a_line_holds_on_its_side_of_the_limit_and_exactly_at_it():
    assert [Line("a", figure, "ms", 25).holds for figure in (24.9, 25, 25.1)] == [True, True, False]
    assert [Line("a", figure, "H", 0.5, ">=").holds for figure in (0.49, 0.5, 0.51)] == [False, True, True]
    assert Line("nur genannt", 1e9).holds


def test_a_line_that_misses_says_so_and_makes_the_run_fail(capsys):
    good, bad = Line("Liste", 0.6, "H", 0.5, ">=", "0.5 bis 0.7"), Line("Seite", 20, "KB", 15)
    assert print_lines([good]) is True
    assert print_lines([good, bad]) is False
    first, _, last = capsys.readouterr().out.splitlines()
    assert first.split() == ["Liste", "0.6", "H", "0.5", "bis", "0.7", ">=", "0.5", "H", "ok"]
    assert last.split() == ["Seite", "20", "KB", "<=", "15", "KB", "VERFEHLT"]
