"""Small spreadsheets for tests: as other programs write them, without these."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

Sheets = Mapping[str, Sequence[Sequence[str]]]

XLS = zlib.decompress(
    base64.b85decode(
        "c-rk)O=uHA6#izjX_L~VX`2eIP(#70wHO;gM5wVs?L|xVq7*?l&C-;lN!X@Py;!X|3W6uaOQ9DpRWJUa2fcX^DtZtEA=RTNLBT_t_08MenraRW"
        "XtA>2GH>3#_s!1iy!qRGz0_Qqf6%dvUvLB-lubYCDr|z1-?<5a{H7^YC-+e@U2G}%eH6$#FP;Wo)yo*lcrQc2ef0%N;3K7T$YVH{)gzmTW84N!"
        "$Tsu~mByZeJCuTG=XSNQ9Anwa@*Z=au{_F_>n!_;TN0yKiVyc3vd8gRrHg$*k^+yo%zL)<p$#wPIKF&CSX?g#j0r9CZ#p{FMl66LH>78EL(7y9"
        "rVuXRn;8MVI&<}T#I<j(U4ZQ0*W2r>*l#K-Fbng7kOQ%Z0CuR-L*Y&2rVG+A?X?UiCbH?N6{KXeIR${hnS9PD=*dWIf9xPl-GS^_DrYo;$rIV}"
        "NM0M)JwQ%Nw*sj`AwP9E8rAmcGumW6qeuJ5r)MTBe2Fz*tU)gKygY=~Ee`>nG>s&aXkxvYr%s4AfR(#n-keN~#Lu&3mbV0J<Jc+R6eh075>z<2"
        "=CNcCm)OhlDnE5Q>m4k^)B%)tkF?p!@j2#PV{bRrbAa(SzN<ptO?vV3smGngPw_pZFAgnV3NOBk&!dYrvLuz4*Bp99ueg0n;z``eg}ualVA=lL"
        "a^q7%cH2#RcWlBc8dz<%wos)74<(hBqo3G}UiGk4ws5a1ReM#wv32M4j^v9fe8GH=%@@p9ZN5^4uQ1<h^R3>mb7F{UF?8X=g$oxhT)5bx5cWY)"
        "9+g!7&ajT7_4a?ARZ3;|H_3mC)5y_PpwH4lWGOdrv8M5}4PN0qOKh-=^S@By4ApKRjRdzNUGw;*&k0faJ{v9=`g2pL*80n}wDT|5{{tV$2yX"
    )
)
"""A workbook of Excel 97, written by xlwt: "About", with a title, and "Links", with a header and two linking pages."""


def xlsx(sheets: Sheets, *, hidden: Sequence[str] = ()) -> bytes:
    """A workbook of Excel 2007 or later (ECMA-376)."""
    names = list(sheets)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}" state="{"hidden" if name in hidden else "visible"}"/>'
        for number, name in enumerate(names, 1)
    )
    parts = "".join(
        f'<Relationship Id="r{number}" Type="{relation}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number, _ in enumerate(names, 1)
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r0" '
        f'Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{parts}</Relationships>',
    }
    for number, name in enumerate(names, 1):
        files[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{_rows(sheets[name])}</sheetData></worksheet>'
        )
    return _zipped(files)


def ods(sheets: Sheets) -> bytes:
    """An OpenDocument spreadsheet (ISO/IEC 26300), as LibreOffice writes it."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(
            "<table:table-row>"
            + "".join(
                f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>' for cell in row
            )
            + "</table:table-row>"
            for row in rows
        )
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row></table:table>"
        for name, rows in sheets.items()
    )
    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    return _zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{oasis}:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/"'
            ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
            "content.xml": f'<office:document-content xmlns:office="{oasis}:office:1.0" xmlns:table="{oasis}:table:1.0"'
            f' xmlns:text="{oasis}:text:1.0"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>'
            "</office:document-content>",
        }
    )


def _rows(rows: Sequence[Sequence[str]]) -> str:
    return "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{"ABCDEFGH"[column]}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for column, cell in enumerate(row)
            if cell
        )
        + "</row>"
        for number, row in enumerate(rows, 1)
    )


def _zipped(files: Mapping[str, str]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(name, text)
    return body.getvalue()
