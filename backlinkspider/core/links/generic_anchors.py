"""Anchor texts that fit any link, by language; case-folded, without punctuation."""

from __future__ import annotations

_BY_LANGUAGE = {
    "en": """
        click here, here, read more, more, learn more, find out more, see more, view more, show more, this, this page,
        this site, this link, this article, this post, link, website, web site, site, homepage, home page, home, page,
        source, visit, visit site, visit website, visit the website, go, continue, continue reading, details, more
        details, info, more info, more information, download, article, view, see, check it out, official site, official
        website, url, www, next, previous, via, website link, go to website, share, tweet, reply, print, like, follow us,
        pin it, subscribe,
        subscribe now, sign up, sign up now, sign in, log in, login, register, register now, join now, buy now, order now,
        feedback
    """,
    "de": """
        hier, hier klicken, klicken sie hier, klick hier, mehr, mehr lesen, weiterlesen, weiter, mehr erfahren, mehr
        infos, infos, mehr informationen, weitere informationen, zur website, zur webseite, webseite, webseite besuchen,
        diese seite, seite, teilen, antworten, drucken,
        zum artikel, artikel, quelle, startseite, details, hier geht es weiter, hier lesen,
        abonnieren, anmelden, registrieren,
        jetzt kaufen, jetzt bestellen
    """,
    "fr": """
        ici, cliquez ici, cliquer ici, lire la suite, lire plus, en savoir plus, plus, plus d infos, voir, voir plus,
        voir le site, site web, le site, ce site, cette page, ce lien, lien, source, accueil, suite, suivant, site
        officiel, visiter le site, partager, répondre, imprimer,
        s abonner, s inscrire, se connecter, acheter
    """,
    "es": """
        aquí, aqui, haz clic aquí, haga clic aquí, clic aquí, pincha aquí, leer más, seguir leyendo, más, más
        información, ver más, ver, sitio web, página web, página, este sitio, esta página, este enlace, enlace, fuente,
        inicio, saber más, web oficial, sitio oficial, compartir, responder, imprimir, suscribirse,
        registrarse, iniciar sesión, comprar
    """,
    "pt": """
        clique aqui, leia mais, ler mais, saiba mais, mais, mais informações, ver mais, veja mais, site, site oficial,
        este site, este link, esta página, fonte, início, continue lendo, confira, acesse, acesse aqui, veja aqui,
        compartilhar, responder, imprimir
    """,
    "it": """
        qui, clicca qui, leggi tutto, leggi di più, leggi, continua, continua a leggere, scopri di più, scopri, di più,
        maggiori informazioni, vai al sito, sito, sito web, sito ufficiale, questo sito, questa pagina, questo link,
        fonte, pagina, condividi, rispondi, stampa
    """,
}

GENERIC_ANCHORS = frozenset(
    " ".join(phrase.split()) for phrases in _BY_LANGUAGE.values() for phrase in phrases.split(",") if phrase.strip()
)
"""The phrases of all languages."""
