"""Makes spring_cleanup.xlsx, as a marketer in a hurry would: needs openpyxl, and LibreOffice to save it once more."""

import subprocess
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook

HERE = Path(__file__).parent
IDS = [line.split(",", 1)[0] for line in (HERE.parent / "pause_campaign/journeys.csv").open()][1:]
LINK = "https://app.pushwoosh.com/journeys/{}/canvas"

workbook = Workbook()
sheet = workbook.active
sheet.title = "Clean-up"
for row in (
    ["Spring clean-up: journeys to finish or archive"],
    ["Anna, 20 March. Hidden rows are checked already."],
    [],
    ["Journey", "Journey ID", "Action to take", "Owner", "Checked on"],
    ["title", "uuid", "finish / archive", "name", "date"],
    ["Winter sale", IDS[0], "Finish", "Anna", date(2026, 3, 20)],
    ["Winter sale, reminder", LINK.format(IDS[1]), None, "Anna", date(2026, 3, 20)],
    ["Winter sale, last call", f"{{{IDS[2].upper()}}}", None, "Anna", date(2026, 3, 20)],
    ["Bienvenue", IDS[3].replace("-", ""), "archiver", "Luc", None],
    ["Willkommen", f"\N{NO-BREAK SPACE}{IDS[4]}\N{ZERO WIDTH SPACE}", "Archiviert", "Jana", None],
    [],
    ["Abandoned cart", 1.11111111222222e31, "finish", "Luc", None],
    ["Birthday", '=VLOOKUP("Birthday",Titles.A1:B3,2,FALSE)', "finish", "Luc", None],
    ["Winback", IDS[5], "stop", "Jana", None],
    ["Winter sale (again)", IDS[0], "finished", "Jana", None],
    ["Total", 8],
    [],
    ["Questions? Ask Anna before Friday."],
):
    sheet.append(row)
sheet.merge_cells("A1:E1")
sheet.merge_cells("C6:C8")
sheet.row_dimensions[10].hidden = True
titles = workbook.create_sheet("Titles")
titles.append(["Title", "Category"])
old = workbook.create_sheet("Last year")
old.sheet_state = "hidden"
old.append(["Journey ID", "Action to take"])
old.append([IDS[6], "archive"])

name = "spring_cleanup.xlsx"
with TemporaryDirectory() as folder:
    workbook.save(Path(folder) / name)
    command = ["soffice", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", HERE, name]
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603
