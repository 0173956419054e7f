from afterload.report.table_view import Cell, ColumnHead, Footnote, Notes, TableView


def test_each_footnote_has_one_letter_in_order_of_appearance():
    notes = Notes()
    assert notes.refs("x", "", "y", "x") == ("a", "b", "a")
    assert notes.footnotes() == (Footnote("a", "x"), Footnote("b", "y"))


def test_letters_go_on_after_z():
    notes = Notes()
    letters = [notes.letter(str(i)) for i in range(28)]
    assert letters[-3:] == ["z", "aa", "bb"]


def test_neighbours_share_a_spanner():
    heads = (ColumnHead("a"), ColumnHead("b", spanner="s"), ColumnHead("c", spanner="s"))
    view = TableView(1, "t", "T", heads, ())
    assert view.spanners == (("", 1), ("s", 2))
    assert TableView(1, "t", "T", heads[:1], ()).spanners == ()


def test_a_cell_reads_on_one_line():
    assert Cell("1 [0, 2]", "*", "p=0.01").plain == "1 [0, 2]* (p=0.01)"
