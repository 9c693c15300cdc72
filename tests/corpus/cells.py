"""Which columns serve, what is a journey id, and what is an action, in the languages of the vendor's users."""
# ruff: noqa: E501  a case is one line, which is how they are compared

from typing import Final

from tests.corpus.notation import PAUSE, Case, either, reads, refuses, text

LANGUAGES: Final = {
    # language: the column of ids, the column of actions, then words for pause, start, archive, draft
    "english": ("Journey ID", "Action", "pause", "start", "archive", "draft"),
    "spanish": ("ID del viaje", "Acción", "pausar", "iniciar", "archivar", "borrador"),
    "portuguese": ("ID da jornada", "Ação", "pausar", "iniciar", "arquivar", "rascunho"),
    "german": ("Journey-ID", "Aktion", "pausieren", "starten", "archivieren", "Entwurf"),
    "french": ("ID du parcours", "Action", "mettre en pause", "démarrer", "archiver", "brouillon"),
    "russian": ("ID пути", "Действие", "приостановить", "запустить", "архивировать", "черновик"),
    "ukrainian": ("ID подорожі", "Дія", "призупинити", "запустити", "архівувати", "чернетка"),
    "polish": ("ID podróży", "Akcja", "wstrzymaj", "uruchom", "archiwizuj", "szkic"),
    "japanese": ("ジャーニーID", "アクション", "一時停止", "開始", "アーカイブ", "下書き"),
    "korean": ("여정 ID", "작업", "일시중지", "시작", "보관", "초안"),
    "chinese": ("旅程ID", "操作", "暂停", "启动", "归档", "草稿"),
    "arabic": ("معرف الرحلة", "الإجراء", "إيقاف مؤقت", "بدء", "أرشفة", "مسودة"),
}

OTHER_WORDS: Final = {
    # language: further ways to write the two columns, then words for pause, start, start, archive
    "english": ("journey_uuid", "Target action", "paused", "resume", "activate", "archived"),
    "spanish": ("ID de viaje", "accion", "Pausado", "reanudar", "activar", "archivado"),
    "portuguese": ("Id da Jornada", "acao", "Pausado", "retomar", "ativar", "arquivado"),
    "german": ("JOURNEY ID", "AKTION", "pausiert", "fortsetzen", "aktivieren", "archiviert"),
    "french": ("Identifiant du parcours", "ACTION", "en pause", "reprendre", "activer", "archivé"),
    "russian": ("Идентификатор пути", "ДЕЙСТВИЕ", "пауза", "возобновить", "активировать", "в архив"),
    "ukrainian": ("Ідентифікатор подорожі", "ДІЯ", "пауза", "відновити", "активувати", "в архів"),
    "polish": ("Identyfikator podróży", "Działanie", "wstrzymać", "wznów", "aktywuj", "archiwizować"),
    "japanese": ("ジャーニー ID", "操作", "一時停止中", "再開", "有効化", "アーカイブ済み"),
    "korean": ("저니 ID", "액션", "일시정지", "재개", "활성화", "보관됨"),
    "chinese": ("旅程 ID", "动作", "已暂停", "恢复", "激活", "存档"),
    "arabic": ("معرّف الرحلة", "إجراء", "متوقف مؤقتًا", "استئناف", "تفعيل", "مؤرشف"),
}

NOT_PAUSE: Final = (
    "don't pause", "do not pause", "not paused", "never pause", "no pause", "pause?", "pause/start", "pause or finish",
    "pause then archive", "pausing is wrong", "pasue", "paus", "pauseall", "keep", "yes", "TRUE", "1", "✅", "unarchive",
    "delete", "start paused", "not to be archived", "не приостанавливать", "no pausar", "nicht pausieren", "不要暂停",
)  # fmt: skip
STOP: Final = ("stop", "Stopped", "detener", "остановить", "停止", "stoppen", "zatrzymać")


def _languages() -> list[Case]:
    cases = []
    for language, (id_, action, *words) in LANGUAGES.items():
        body = f"{id_},Title,{action}\n" + "".join(f"@{n},x,{word}\n" for n, word in enumerate(words, start=1))
        cases.append(
            text(f"words_{language}.csv", f"headers and actions in {language}", body, reads("2:1p 3:2s 4:3a 5:4d"))
        )
    for language, (id_, action, *words) in OTHER_WORDS.items():
        body = f"{action};{id_}\n" + "".join(f"{word};@{n}\n" for n, word in enumerate(words, start=1))
        maybe = reads("", loose="2:1p 3:2s 4:3s 5:4a", refused_or=True)
        cases.append(
            text(
                f"more_words_{language}.csv",
                f"other words in {language}: taken, or told, but never misread",
                body,
                maybe,
            )
        )
    return cases


def _columns() -> list[Case]:
    two = "@1,x,pause\n@2,y,start\n"
    both = "uuid,{},{}\n@1,start,pause\n@2,pause,start\n@3,start,pause\n"
    return [
        *(
            text(f"header_{name}.csv", "a way to write the header", f"{header},Title,Action\n{two}", reads("2:1p 3:2s"))
            for name, header in (
                ("shout", "JOURNEY ID"), ("snake", "journey_id"), ("camel", "journeyId"), ("kebab", "journey-id"), ("colon", "Journey ID:"),
                ("star", "Journey ID *"), ("dots", "Journey.ID"), ("no_break", "\u00a0Journey\u00a0ID\u200b"), ("uuid", "UUID"),
                ("journey_uuid", "Journey UUID"), ("id", "ID"), ("bracketed", "[Journey ID]"), ("full_width", "ＪＯＵＲＮＥＹ　ＩＤ"),
            )
        ),
        text("last_next_action.csv", "what was done last beside what to do next", both.format("Last action", "Next action"), refuses("(?=.*last action)(?=.*next action).*--action-column")),
        text("last_next_action_told.csv", "the same, decided by the flag", both.format("Last action", "Next action"), reads("2:1p 3:2s 4:3p"), "--action-column", "Next action"),
        text("action_twice.csv", "two columns of one name", both.format("action", "action"), refuses("action")),
        text("action_twice_case.csv", "two columns whose names differ in case alone", both.format("Action", "ACTION"), refuses("action")),
        text("action_twice_agree.csv", "two columns of one name that agree on every row: not decided here", "uuid,action,Action\n@1,pause,pause\n@2,start,start\n", either(refuses("action"), reads("2:1p 3:2s"))),
        text("status_and_action.csv", "the status is not the action", "uuid,status,action\n@1,STATUS_RUNNING,pause\n@2,STATUS_PAUSED,start\n", reads("2:1p 3:2s")),
        text("status_alone.csv", "a status says what is, not what to do", "uuid,title,Status\n@1,a,paused\n@2,b,running\n", refuses("action")),
        text("status_alone_flag.csv", "a status column does not contradict the flag", "uuid,title,Status\n@1,a,paused\n@2,b,running\n", reads("2-3:1p"), *PAUSE),
        text("state_current.csv", "other names of a status", "uuid,Current state,STATUS\n@1,running,STATUS_RUNNING\n@2,draft,STATUS_DRAFT\n", reads("2-3:1p"), *PAUSE),
        text("status_localised.csv", "a status column in Spanish and Russian", "uuid,Estado,Статус\n@1,pausado,на паузе\n@2,activo,активен\n", refuses("action")),
        text("status_explicit.csv", "--action-column may name a status column: then the person has decided", "uuid,status\n@1,paused\n@2,running\n", either(reads("2:1p 3:2s"), refuses("status")), "--action-column", "status"),
        text("no_action.csv", "no column of actions, and no flag", "uuid,title\n@1,a\n@2,b\n", refuses("action")),
        text("no_id_column.csv", "no column of ids", "name,nr,action\nWelcome,1,pause\nCart,2,start\n", refuses("id|journey")),
        text("id_column.csv", "--id-column and --action-column name columns that we would not know", "Object,What\n@1,pause\n@2,start\n", reads("2:1p 3:2s"), "--id-column", "Object", "--action-column", "What"),
        text("id_column_unnamed.csv", "a column of ids with a strange name, and no flag", "Object,Action\n@1,pause\n@2,start\n", either(refuses("id"), reads("2:1p 3:2s"))),
        text("id_column_missing.csv", "--id-column names a column that is not there", "uuid,action\n@1,pause\n", refuses("journey key|no column|column"), "--id-column", "Journey key"),
        text("two_id_columns.csv", "two columns of ids with good names", "uuid,journey_id,action\n@1,@11,pause\n@2,@12,start\n", refuses("(?=.*uuid)(?=.*journey_id).*--id-column")),
        text("two_id_columns_told.csv", "the same, decided by the flag", "uuid,journey_id,action\n@1,@11,pause\n@2,@12,start\n", reads("2:11p 3:12s"), "--id-column", "journey_id"),
        text("id_and_link.csv", "a number as id beside a link with the journey's id: only one column holds journey ids", "id,title,journey link,action\n1,a,https://app.example.com/journey/@1,pause\n2,b,https://app.example.com/journey/@2,start\n", reads("2:1p 3:2s", refused_or=True)),
        text("id_and_uuid.csv", "a row number named ID beside the uuid", "ID,uuid,action\n1,@1,pause\n2,@2,start\n", reads("2:1p 3:2s", refused_or=True)),
        text("titles_twice.csv", "other columns may share a name", "uuid,title,title,action\n@1,a,b,pause\n@2,c,d,start\n", reads("2:1p 3:2s")),
        text("action_first.csv", "the columns in another order, many of them", "n,Owner,Action,Sent,Opened,Title,Tags,Journey ID,Created\n1,Anna,pause,5,3,a,x,@1,2026-05-01\n2,Ben,start,7,1,b,y,@2,2026-05-02\n", reads("2:1p 3:2s")),
        text("flag_beside_column.csv", "--action for rows without an action; a row that says otherwise is told", "uuid,action\n@1,\n@2,pause\n@3,start\n@4,\n", reads("2-3:1p 5:4p", bad=[(4, "action", "flag")]), *PAUSE),
        text("empty_action.csv", "an empty action is a fault", "uuid,action\n@1,pause\n@2,\n@3,  \n@4,start\n", reads("2:1p 5:4s", bad=[(3, "action", "empty"), (4, "action", "empty")])),
    ]  # fmt: skip


def _ids() -> list[Case]:
    good = ("@1", "@U2", "{@3}", "urn:uuid:@4", "@H5", "{@U6}", "URN:UUID:@7")
    links = (
        "https://app.pushwoosh.com/applications/XXXXX-XXXXX/journey/@1",
        "https://app.pushwoosh.com/journeys/@U2/",
        "https://app.pushwoosh.com/journey/@3?tab=canvas#step",
        "app.pushwoosh.com/journey/@4",
        "https://app.pushwoosh.com/journey/@5/statistics",
    )
    unseen = ("\u00a0@1\u00a0", "\u200b@2", "\ufeff@3\u200d", "\u3000@4\u3000", " \t@5 ", "@6\u202c", "\u2060@7")
    odd = ("ＩＤ：@1", "（@2）", "@3.", "<@4>", "`@5`", "ID: @6", "'@7'")
    rows = "".join(f"@{n},pause\n" for n in range(10, 20))
    kept = "2-11:10p"
    return [
        text("id_forms.csv", "all the ways to write an id", "uuid\n" + "\n".join(good) + "\n", reads("2-8:1p"), *PAUSE),
        text("id_links.csv", "ids inside links", "Journey link\n" + "\n".join(links) + "\n", reads("2-6:1p"), *PAUSE),
        text("id_unseen.csv", "blanks and unseen characters around the ids", "uuid,n\n" + "".join(f"{id_},1\n" for id_ in unseen), reads("2-8:1p"), *PAUSE),
        text("id_decorated.csv", "things around an id: understood or told", "uuid,n\n" + "".join(f"@{n},1\n" for n in range(10, 20)) + "".join(f"{id_},1\n" for id_ in odd), reads("2-11:10p", loose="12-18:1p"), *PAUSE),
        text("id_full_width.csv", "full-width digits, typographic hyphens: understood or told", "uuid,action\n" + rows + "７ｆ０ｃ２ｂ１ｅ－５ｄ５ａ－４ｂ７ｅ－９ｆ４３－２ａ１ｄ３ｃ４ｂ５ｅ６ｆ,pause\n", reads(kept, bad=[(12, None, None)], refused_or=True)),
        text("id_as_number.csv", "ids of digits alone are ids; in scientific notation they are lost", "uuid,action\n" + rows + "11112222333344445555666677778888,pause\n1.11112E+31,pause\n\"1,11112E+31\",pause\n", {**reads(kept, bad=[(13, "uuid", "science"), (14, "uuid", "science")]), "operations": [*reads(kept)["operations"], [12, "11112222-3333-4444-5555-666677778888", "pause"]]}),
        text("id_accidents.csv", "what uuid.UUID() takes by accident", "uuid,action\n" + rows + "0x@H1,pause\n@H2_,pause\n1111_2222_3333_4444_5555_6666_7777_8888,pause\n+@H3,pause\n-@H4,pause\n1-1112222333344445555666677778888,pause\n", reads(kept, bad=[(12, "uuid", "0x"), (13, "uuid", None), (14, "uuid", "underscore"), (15, "uuid", None), (16, "uuid", None), (17, "uuid", "hyphens")])),
        text("id_nil.csv", "the nil id in its spellings", "uuid,action\n" + rows + "00000000-0000-0000-0000-000000000000,pause\n00000000000000000000000000000000,pause\n{00000000-0000-0000-0000-000000000000},pause\n", reads(kept, bad=[(12, "uuid", "nil"), (13, "uuid", "nil"), (14, "uuid", "nil")])),
        text("id_truncated.csv", "too short and too long", "uuid,action\n" + rows + "7f0c2b1e-5d5a-4b7e-9f43-2a1d3c4b5e6,pause\n7f0c2b1e-5d5a,pause\n7f0c2b1e-5d5a-4b7e-9f43-2a1d3c4b5e6ff,pause\n7f0c2b1e-5d5a-4b7e-9f43-2a1d3c4b5…,pause\n", reads(kept, bad=[(12, "uuid", "short"), (13, "uuid", "short"), (14, "uuid", "long"), (15, "uuid", None)])),
        text("id_two_in_cell.csv", "two ids in a cell", 'uuid,action\n' + rows + '@1 @2,pause\n"@3, @4",pause\n@5/@6,pause\n"@7\n@8",pause\n@9@20,pause\n', reads(kept, bad=[(12, "uuid", "two ids"), (13, "uuid", "two ids"), (14, "uuid", None), (15, "uuid", "two ids"), (17, "uuid", None)]), uncovered=2),
        text("id_words.csv", "words and errors where an id should be", "uuid,action\n" + rows + "#N/A,pause\n#REF!,pause\nTBD,pause\nsee below,pause\n17,pause\n-,pause\n7f0c2b1e-5d5a-4b7e-9f43-2a1d3c4b5eOf,pause\n", reads(kept, bad=[(12, "uuid", "error"), (13, "uuid", "error"), *((line, "uuid", None) for line in range(14, 19))])),
        text("id_link_two.csv", "a link with two ids: the journey's, or told", "Journey link\nhttps://app.example.com/journey/@1\nhttps://app.example.com/journey/@2\nhttps://app.example.com/journey/@3/point/@4\nhttps://app.example.com/journeys\n", reads("2-3:1p", loose="4:3p", bad=[(5, None, None)]), *PAUSE),
    ]  # fmt: skip


def _actions() -> list[Case]:
    starts = (
        "start",
        "Start",
        "STARTED",
        "run",
        "running",
        "resume",
        "Resumed",
        "unpause",
        "un-pause",
        "activate",
        "launch",
        "STATUS_RUNNING",
    )
    pauses = ("pause", "PAUSE", "Paused", "STATUS_PAUSED", " pause ", "status paused")
    others = (
        ("finish", "f"),
        ("Finished", "f"),
        ("STATUS_FINISHED", "f"),
        ("draft", "d"),
        ("STATUS_DRAFT", "d"),
        ("archive", "a"),
        ("Archived", "a"),
        ("STATUS_ARCHIVED", "a"),
    )
    listed = [*((word, "s") for word in starts), *((word, "p") for word in pauses), *others]
    good = "".join(f"@{n},pause\n" for n in range(1, 9))
    nots = "".join(f'@{n},"{word}"\n' for n, word in enumerate((*NOT_PAUSE, *STOP), start=10))
    first = 10
    bad: list[tuple[int, str | None, str | None]] = [(first + n, "action", "word") for n in range(len(NOT_PAUSE))]
    bad += [(first + len(NOT_PAUSE) + n, "action", None) for n in range(len(STOP))]
    return [
        text("action_words.csv", "the words of all states and verbs", "uuid,action\n" + "".join(f"@{n},{word}\n" for n, (word, _) in enumerate(listed, start=1)), reads(" ".join(f"{n + 1}:{n}{letter}" for n, (_, letter) in enumerate(listed, start=1)))),
        text("action_not_words.csv", "negations, doubts, typing errors and 'stop' are no actions", "uuid,action\n" + good + nots, reads("2-9:1p", bad=bad)),
        text("action_doubtful.csv", "words that a careful person may take or refuse", "uuid,action\n@1,pause\n@2,pause!\n@3,Pause.\n@4,pause ⏸\n@5,please pause\n@6,reactivate\n@7,complete\n@8,freeze\n", reads("2:1p", loose="3-6:2p 7:6s 8:7f 9:8p")),
        text("action_finish.csv", "words for the end: finish, or told, but never pause", "uuid,action\n@1,pause\n@2,finalizar\n@3,beenden\n@4,terminer\n@5,завершить\n@6,zakończ\n@7,終了\n@8,종료\n@9,完成\n@10,إنهاء\n", reads("2:1p", loose="3-11:2f")),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return the text files of items 4 to 6."""
    return [*_languages(), *_columns(), *_ids(), *_actions()]
