from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.model import Action
from bulk_journeys.vocabulary.data import languages
from bulk_journeys.vocabulary.headers import header_words
from bulk_journeys.vocabulary.line_kinds import is_total, is_type_word
from bulk_journeys.vocabulary.normalise import header_word, normal, trimmed, unwrapped, visible
from bulk_journeys.vocabulary.word_tables import is_negation, is_nothing, vocabulary

ID_HEADERS = vocabulary().id_headers
ACTION_HEADERS = vocabulary().action_headers
PAST_ACTION_HEADERS = vocabulary().past_action_headers
STATUS_HEADERS = vocabulary().status_headers
ACTIONS = vocabulary().actions


def tier_of(header: str, tiers: tuple[frozenset[str], ...]) -> int | None:
    words = header_words(header)
    return next((index for index, tier in enumerate(tiers) if any(word in tier for word in words)), None)


def test_the_tables_of_headers_are_normal_and_do_not_overlap() -> None:
    tables = (*ID_HEADERS, *ACTION_HEADERS, STATUS_HEADERS)
    assert all(word and header_word(word) == word for table in tables for word in table)
    assert [(one & other) for one, other in combinations(tables, 2) if one & other] == []


def test_the_tables_of_actions_are_normal_and_do_not_overlap() -> None:
    tables = (ACTIONS.keys(), vocabulary().ambiguous.keys(), vocabulary().no_actions)
    assert all(word and normal(word) == word for table in tables for word in table)
    assert [(one & other) for one, other in combinations(tables, 2) if one & other] == []
    assert set(ACTIONS.values()) == set(Action)


@pytest.mark.parametrize("code", languages())
def test_a_word_for_an_action_means_it_in_every_language(code: str) -> None:
    words = languages()[code].words
    for action in Action:
        assert {ACTIONS[normal(word)] for word in words[action]} == {action}


def test_the_headers_of_what_was_done_are_the_least_sure_of_the_action_headers() -> None:
    assert ACTION_HEADERS[-1].issuperset(PAST_ACTION_HEADERS)
    assert header_word("Last action") in PAST_ACTION_HEADERS
    assert header_word("Next action") not in PAST_ACTION_HEADERS


@pytest.mark.parametrize(
    ("header", "tier"),
    [
        ("uuid", 0),
        ("\ufeffUUID ", 0),
        ("journey_uuid", 0),
        ("Journey ID", 0),
        ("journeyId", 0),
        ("Journey-ID:", 0),
        ("*Ｊｏｕｒｎｅｙ　ＩＤ*", 0),
        ("Journey ID (required)", 0),
        ("Journey's ID", 0),
        ("UUID of the journey", 0),
        ("Campaign-journey identifier", 0),
        ("Canvas ID", 0),
        ("info.uuid", 0),
        ("journey.info.uuid", 0),
        ("ID del viaje", 0),
        ("Identificador del recorrido", 0),
        ("UUID do jornada", 0),
        ("ID da jornada", 0),
        ("Identificador da jornada", 0),
        ("Journey-Kennung", 0),
        ("ID der Journey", 0),
        ("Identifiant du parcours", 0),
        ("ID parcours", 0),
        ("Идентификатор сценария", 0),
        ("ID пути клиента", 0),
        ("UUID журнала", None),
        ("Ідентифікатор сценарію", 0),
        ("ID подорожі", 0),
        ("Identyfikator ścieżki", 0),
        ("ID sciezki", 0),
        ("ID podróży", 0),
        ("ジャーニーID", 0),
        ("ジャーニーのID", 0),
        ("ｼﾞｬｰﾆｰ ID", 0),
        ("ジャーニー識別子", 0),
        ("여정 ID", 0),
        ("여정 아이디", 0),
        ("旅程ID", 0),
        ("旅程的唯一标识符", 0),
        ("旅程識別碼", 0),
        ("معرف الرحلة", 0),
        ("مُعرّف الرحلة", 0),
        ("id", 1),
        ("GUID", 1),
        ("journey url", 1),
        ("Link to the journey", 1),
        ("Enlace al viaje", 1),
        ("Ссылка на сценарий", 1),
        ("旅程链接", 1),
        ("Identifiant", 1),
        ("journeys.id", 0),
        ("j.id", 1),
        ("action.id", None),
        ("url", 2),
        ("Journey", 2),
        ("Canvas", 2),
        ("Кампания", None),
        ("ID кампании", 2),
        ("campaign_id", 2),
        ("user.id", None),
        ("app.uuid", None),
        ("info.category.uuid", None),
        ("created_by.uuid", None),
        ("createdBy.uuid", None),
        ("audience.uuid", None),
        ("entry.uuid", None),
        ("manager.id", None),
        ("info.createdBy.uuid", None),
        ("data.attributes.uuid", 0),
        ("customer_journey.uuid", 0),
        ("Canvas.ID", 0),
        ("node.id", 1),
        ("public.journeys.id", 1),
        ("Journey name", None),
        ("category_uuid", None),
        ("title", None),
        ("", None),
        ("\ud800", None),
    ],
)
def test_a_header_names_ids_more_or_less_surely(header: str, tier: int | None) -> None:
    assert tier_of(header, ID_HEADERS) == tier
    assert tier_of(header, ACTION_HEADERS) is None


@pytest.mark.parametrize(
    ("header", "tier"),
    [
        ("action", 0),
        ("ACTION*", 0),
        ("Action (pause/start)", 0),
        ("Action [required]:", 0),
        ("Action (required)", 0),
        ("操作（暂停/启动）", 0),
        ("Target action", 0),
        ("journey_action", 0),
        ("Acción", 0),
        ("accion", 0),
        ("Acción objetivo", 0),
        ("Ação", 0),
        ("acao", 0),
        ("Aktion", 0),
        ("Zielaktion", 0),
        ("Action cible", 0),
        ("Действие", 0),
        ("Дія", 0),
        ("Akcja", 0),
        ("Działanie", 0),
        ("dzialanie", 0),
        ("アクション", 0),
        ("操作", 0),
        ("작업", 0),
        ("动作", 0),
        ("動作", 0),
        ("الإجراء", 0),
        ("operation", 1),
        ("To do", 1),
        ("What to do?", 1),
        ("¿Qué hacer?", 1),
        ("O que fazer", 1),
        ("Was tun?", 1),
        ("Que faire ?", 1),
        ("Что делать", 1),
        ("Що зробити", 1),
        ("Co zrobić", 1),
        ("やること", 1),
        ("할 일", 1),
        ("要做什么", 1),
        ("Операция", 1),
        ("Next action", 2),
        ("Action to take", 2),
        ("new_action", 2),
        ("Desired Action", 2),
        ("requested action", 2),
        ("Planned action", 2),
        ("Last action", 2),
        ("Acción siguiente", 2),
        ("Acción a realizar", 2),
        ("Próxima ação", 2),
        ("Nächste Aktion", 2),
        ("Naechste Aktion", 2),
        ("Prochaine action", 2),
        ("Action à effectuer", 2),
        ("Следующее действие", 2),
        ("Наступна дія", 2),
        ("Następna akcja", 2),
        ("次のアクション", 2),
        ("다음 작업", 2),
        ("下一步操作", 2),
        ("الإجراء التالي", 2),
        ("Action date", None),
        ("Reaction", None),
        ("status", None),
        ("Transaction", None),
        ("history.action", None),
        ("lastRun.action", None),
        ("attributes.action", 0),
    ],
)
def test_a_header_names_actions_more_or_less_surely(header: str, tier: int | None) -> None:
    assert tier_of(header, ACTION_HEADERS) == tier
    assert tier_of(header, ID_HEADERS) is None


@pytest.mark.parametrize(
    "header",
    [
        *("Last action", "previous_action", "Action taken", "Action (last)", "last.action", "Última acción"),
        *(
            "Acción anterior",
            "Última ação",
            "Letzte Aktion",
            "Vorherige Aktion",
            "Dernière action",
            "Action précédente",
        ),
        *("Последнее действие", "Предыдущее действие", "Остання дія", "Ostatnia akcja", "Poprzednie działanie"),
        *("前回のアクション", "마지막 작업", "上次操作", "最後操作", "الإجراء الأخير", "الإجراء السابق"),
    ],
)
def test_a_header_of_what_was_done_is_known_as_such(header: str) -> None:
    assert any(word in PAST_ACTION_HEADERS for word in header_words(header))
    assert tier_of(header, ACTION_HEADERS) == 2


@pytest.mark.parametrize(
    "header",
    [
        *(
            "status",
            "State",
            "Journey status",
            "Status (action)",
            "target_status",
            "current status",
            "Estado",
            "Situação",
        ),
        *(
            "Zustand",
            "Statut",
            "État",
            "Статус",
            "Состояние",
            "Стан",
            "Stan",
            "ステータス",
            "状態",
            "상태",
            "状态",
            "狀態",
            "الحالة",
        ),
    ],
)
def test_a_status_column_is_never_an_action_column(header: str) -> None:
    assert any(word in STATUS_HEADERS for word in header_words(header))
    assert tier_of(header, ACTION_HEADERS) is tier_of(header, ID_HEADERS) is None


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Action", ("action",)),
        ("Action (pause/start)", ("actionpausestart", "action")),
        ("Owner (of it)", ("ownerofit", "owner")),
        ("info.uuid", ("infouuid", "uuid")),
        ("info.uuid (required)", ("infouuidrequired", "infouuid", "uuid")),
        ("Last. Action", ("lastaction",)),
        ("e.g. this", ("egthis",)),
        ("...", ()),
        ("x" * 1000, ()),
    ],
)
def test_a_header_counts_without_a_remark_and_without_its_owner(header: str, words: tuple[str, ...]) -> None:
    assert header_words(header) == words


@pytest.mark.parametrize(
    ("word", "action"),
    [
        ("Pausar", Action.PAUSE),
        ("en pausa", Action.PAUSE),
        ("pausada", Action.PAUSE),
        ("em pausa", Action.PAUSE),
        ("pausieren", Action.PAUSE),
        ("mettre en pause", Action.PAUSE),
        ("приостановлено", Action.PAUSE),
        ("на паузе", Action.PAUSE),
        ("призупинити", Action.PAUSE),
        ("wstrzymać", Action.PAUSE),
        ("一時停止", Action.PAUSE),
        ("일시 중지", Action.PAUSE),
        ("暂停", Action.PAUSE),
        ("暫停", Action.PAUSE),
        ("إيقاف مؤقت", Action.PAUSE),
        ("Reanudar", Action.START),
        ("despausar", Action.START),
        ("Retomar", Action.START),
        ("Fortsetzen", Action.START),
        ("Läuft", Action.START),
        ("reprendre", Action.START),
        ("возобновить", Action.START),
        ("снять с паузы", Action.START),
        ("відновити", Action.START),
        ("wznów", Action.START),
        ("再開", Action.START),
        ("재개", Action.START),
        ("恢复", Action.START),
        ("取消暂停", Action.START),
        ("استئناف", Action.START),
        ("إلغاء الإيقاف المؤقت", Action.START),
        ("Finalizar", Action.FINISH),
        ("Concluído", Action.FINISH),
        ("abgeschlossen", Action.FINISH),
        ("terminé", Action.FINISH),
        ("завершить", Action.FINISH),
        ("завершено", Action.FINISH),
        ("zakończ", Action.FINISH),
        ("終了", Action.FINISH),
        ("완료", Action.FINISH),
        ("结束", Action.FINISH),
        ("إنهاء", Action.FINISH),
        ("Borrador", Action.DRAFT),
        ("rascunho", Action.DRAFT),
        ("Entwurf", Action.DRAFT),
        ("brouillon", Action.DRAFT),
        ("черновик", Action.DRAFT),
        ("чернетка", Action.DRAFT),
        ("szkic", Action.DRAFT),
        ("下書き", Action.DRAFT),
        ("초안", Action.DRAFT),
        ("草稿", Action.DRAFT),
        ("مسودة", Action.DRAFT),
        ("archivar", Action.ARCHIVE),
        ("Arquivado", Action.ARCHIVE),
        ("archiviert", Action.ARCHIVE),
        ("в архив", Action.ARCHIVE),
        ("архівувати", Action.ARCHIVE),
        ("zarchiwizowano", Action.ARCHIVE),
        ("アーカイブ", Action.ARCHIVE),
        ("보관", Action.ARCHIVE),
        ("归档", Action.ARCHIVE),
        ("存檔", Action.ARCHIVE),
        ("أرشفة", Action.ARCHIVE),
    ],
)
def test_actions_are_known_in_the_languages_of_the_vendors_users(word: str, action: Action) -> None:
    assert ACTIONS[normal(word)] is action


@pytest.mark.parametrize("text", ["pause?", "pause!", "pause all", "pause, start", "repause", "pause1", "(pause)", ""])
def test_an_action_is_a_whole_word_and_punctuation_is_a_part_of_it(text: str) -> None:
    assert normal(text) not in ACTIONS


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Total",
            "TOTALS:",
            "Grand total",
            "sum",
            "Subtotal",
            "count",
            "480 rows",
            "(3 rows)",
            "(1 row)",
            "Total (3)",
        ),
        *("3 rows in set (0.00 sec)", "1 row in set (0.00 sec)", "Query OK, 3 rows affected (0.01 sec)", "Total: 3"),
        *(
            "Total 3",
            "Total journeys",
            "Total journeys: 1,234",
            "3 journeys",
            "3 rows selected.",
            "Rows: 480",
            "Time: 3 ms",
        ),
        *("end", "-- end --", "End of report", "*** end of list ***", "EOF", "[EOF]", "<end of file>", "Page 1 of 3"),
        *("Showing 1 to 10 of 57 entries", "Journeys: 480", "Elapsed: 00:00:00.01", "1 Journey", "Total: 1 journey"),
        *("1 Row(s) produced. Time Elapsed: 0.123s", "2 Row(s) produced. Time Elapsed: 0.1s", "3 Row(s) produced."),
        *(
            "page 2/3",
            "Generated by CRM on 2026-05-01",
            "Generated on 2026-05-01",
            "Exported at 09:00",
            "Report generated: 1 May",
        ),
        *(
            "Created by: Ann Smith",
            "Created: Ann Smith",
            "Exported 2026-05-01",
            "Source: CRM",
            "This report was generated on Monday, 1 May",
        ),
        *(
            "Total général",
            "Nombre total : 3",
            "Gesamt",
            "Summe",
            "Zwischensumme",
            "Anzahl: 3",
        ),
        *("3 Zeilen", "Seite 1 von 3", "Erstellt am 01.05.2026", "Stand: 01.05.2026", "Quelle: CRM", "Ende der Liste"),
        *(
            "Итого",
            "Всего: 3",
            "Всего строк: 480",
            "480 строк",
            "Стр. 1 из 3",
            "Сформировано 01.05.2026",
            "Источник: CRM",
        ),
        *("Разом", "Усього: 3", "Razem", "Suma", "Suma: 3", "3 wiersze", "Strona 1 z 3", "Źródło: CRM"),
        *(
            "合計",
            "合計: 3件",
            "全3件",
            "3件",
            "合计",
            "总计：3",
            "總計",
            "共3条",
            "共 3 条记录",
            "第1页，共3页",
            "3ページ中1ページ",
            "导出时间：2026-05-01",
        ),
        *("합계", "총 3건", "3개 행", "المجموع", "الإجمالي: 3", "Total de registros: 3", "3 filas", "Fin del informe"),
        *("Generado el 1 de mayo", "Fuente: CRM", "Fim do relatório", "Gerado em 01/05/2026", "Généré le 01/05/2026"),
        *("出典: CRM", "作成日: 2026年5月1日", "생성일: 2026-05-01", "Total,3", "Summe;;3"),
    ],
)
def test_a_foot_is_known_by_its_whole_text(text: str) -> None:
    assert is_total(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "-",
            "12",
            "480",
            "rows",
            "Total Wine spring",
            "Summer sale",
            "Sum of all fears",
            "Counting days",
            "Ending soon",
        ),
        *(
            "Weekend",
            "Page views",
            "Created by",
            "Created at",
            "Source",
            "Exported",
            "Total eclipse: 50% off",
            "Endless",
        ),
        *(
            "Generated leads",
            "Created for you",
            "Row house",
            "Итоговая распродажа",
            "Gesamtkatalog 3",
            "journey",
            "pause",
        ),
        *("Journey 5", "Page 3", "Line 7", "Row 12", "#1 Journey 5", "Journey 2024-05", "Page 2024-05", "Journey: 5"),
        *("Seite 3", "Строка 5", "第1页", "Viaje 3", "Total journey", "Line 2/3", "Rows 5", "5 journeys to pause"),
        *("Created by Anna", "Generated by CRM", "Erstellt von Anna", "Créé par Anna", "Создано в CRM"),
        *(
            "Created by Ann;11111111-2222-3333-4444;pause",
            "Exported by us, 11, pause",
            "合計セール",
            "\ud800",
            "x" * 9999,
        ),
    ],
)
def test_a_journey_is_no_foot(text: str) -> None:
    assert not is_total(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "string",
            "Text",
            "uuid",
            "GUID",
            "varchar(36)",
            "CHAR(36)",
            "nvarchar(max)",
            "uniqueidentifier",
            "(required)",
        ),
        *(
            "required",
            "Mandatory",
            "optional",
            "format: uuid",
            "uuid, required",
            "string (required)",
            "varchar(36) | not null",
        ),
        *(
            "character varying(255)",
            "enum: start/pause",
            "start/pause/finish",
            "start, pause or finish",
            "NOT NULL",
            "uuid*",
        ),
        *("Pflichtfeld", "obligatorio", "obrigatório", "obligatoire", "обязательно", "обов'язкове поле", "wymagane"),
        *("必須", "文字列", "필수", "必填", "مطلوب", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "text / optional"),
    ],
)
def test_a_type_or_rule_below_a_header_is_known(text: str) -> None:
    assert is_type_word(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "-",
            "36",
            "pause",
            "start",
            "pause/pause",
            "Text for you",
            "required reading",
            "Spring sale",
            "x" * 9999,
        ),
        "11111111-2222-3333-4444-555555555555",
        "00000000-0000-0000-0000-000000000000",
    ],
)
def test_a_value_is_no_type(text: str) -> None:
    assert not is_type_word(text)


@pytest.mark.parametrize(
    "text", ["null", "(none)", "N/A", "n.a.", "\\N", "-", "—", "???", "нет данных", "なし", "无", "brak"]
)
def test_a_word_for_nothing_is_known(text: str) -> None:
    assert is_nothing(text)


@pytest.mark.parametrize("text", ["", " ", "pause", "0", "nullify", "x" * 9999, "-" * 9999])
def test_a_blank_or_a_value_is_no_word_for_nothing(text: str) -> None:
    assert not is_nothing(text)


@pytest.mark.parametrize("text", ["don't pause", "not paused", "no pausar", "nicht", "не", "不要暂停", "停止しない"])
def test_a_negation_is_known(text: str) -> None:
    assert is_negation(text)


@pytest.mark.parametrize("text", ["", "pause", "unpause", "nothing", "note it"])
def test_an_order_is_no_negation(text: str) -> None:
    assert not is_negation(text)


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ('="a b"', "a b"),
        ('= "a"', "a"),
        ('=""', ""),
        ("'a", "a"),
        (" 'a' ", "a"),
        ("“a”", "a"),
        ("„a“", "a"),
        ('"a', '"a'),
        ('="a"&"b"', '="a"&"b"'),
        ('"', '"'),
        ("\ufeff a\x00", "a"),
    ],
)
def test_quotes_and_what_excel_puts_before_text_are_unwrapped(text: str, inside: str) -> None:
    assert unwrapped(text) == inside


def test_what_nobody_sees_is_trimmed_off_both_ends_and_left_inside() -> None:
    assert trimmed(" \u200b\u00a0a\u200b b\u2069\x00\u3000") == "a\u200b b"
    assert visible("\ufeffa\u200b b") == "ab"


@given(st.text())
def test_normal_words_stay_as_they_are(text: str) -> None:
    assert normal(normal(text)) == normal(text)
    assert header_word(header_word(text)) == header_word(text)


@given(st.text() | st.text("12 totalrowscountend-:()|,.", max_size=40))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert {is_total(text), is_type_word(text), is_nothing(text), is_negation(text)} <= {True, False}
    assert all(word == header_word(word) for word in header_words(text))
