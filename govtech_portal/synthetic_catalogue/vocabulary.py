"""The words that invented solutions are made of. Frequent ones first: they are drawn with a skew, as words are."""

TOPICS = (
    "Bauantrag", "Wohngeld", "Kita-Anmeldung", "Terminvergabe", "Meldewesen", "E-Akte", "Gewerbeanmeldung",
    "Elterngeld", "Führerschein", "Personalausweis", "Einbürgerung", "Fördermittel", "Vergabe", "E-Rechnung",
    "Ratsinformation", "Bürgerbeteiligung", "Geodaten", "Kataster", "Wärmeplanung", "Parkausweis", "Straßensperrung",
    "Abfallkalender", "Grundsteuer", "Hundesteuer", "Unterhaltsvorschuss", "Schulanmeldung", "Schwimmbadkarte",
    "Bibliothek", "Stadtarchiv", "Standesamt", "Eheschließung", "Sterbeurkunde", "Feuerwehr", "Katastrophenschutz",
    "Hochwasserwarnung", "Radverkehr", "Ampelsteuerung", "Baustellenplan", "Denkmalschutz", "Naturschutz",
    "Trinkwasser", "Lebensmittelkontrolle", "Tierseuchen", "Gesundheitsamt", "Pflegeplatz", "Eingliederungshilfe",
    "Jugendhilfe", "Ehrenamt", "Vereinsförderung", "Haushaltsplan", "Kassenwesen", "Mahnwesen", "Personalplanung",
    "Posteingang", "Formulare", "Wissensdatenbank", "Übersetzung", "Leichte Sprache", "Sitzungsprotokoll", "Statistik",
)  # fmt: skip
KINDS = (
    "Assistent", "Plattform", "Fachverfahren", "Register", "Portal", "Schnittstelle", "Chatbot", "Baukasten", "Dienst",
    "Lagebild", "Workflow", "Marktplatz", "Suche", "Prüfhilfe", "Datenraum", "Texthilfe",
)  # fmt: skip
QUALITIES = (
    "digitale", "quelloffene", "kommunale", "barrierefreie", "modulare", "mandantenfähige", "nachnutzbare", "sichere",
    "KI-gestützte", "cloudfähige", "offene", "herstellerunabhängige", "automatisierte", "einfache", "vernetzte",
)  # fmt: skip
PEOPLE = (
    "Sachbearbeiterinnen und Sachbearbeiter", "Bürgerinnen und Bürger", "Städte und Gemeinden", "Landkreise",
    "Bauämter", "Jugendämter", "Bürgerbüros", "Landesbehörden", "Unternehmen", "Familien", "Vergabestellen",
    "Ausländerbehörden", "Standesämter", "Schulträger", "Stadtwerke", "Feuerwehren", "Gesundheitsämter", "Kämmereien",
)  # fmt: skip
SENTENCES = (
    "{wer} erledigen {was} damit ohne Papier und ohne Medienbruch.",
    "Wer {was} beantragt, sieht jederzeit, wie weit der Vorgang ist.",
    "Die {wie} Anwendung nimmt {wer} wiederkehrende Schritte bei {was} ab.",
    "Angaben, die schon vorliegen, werden übernommen und nicht noch einmal gefragt.",
    "Nachweise lassen sich hochladen oder mit Einwilligung aus Registern abrufen.",
    "Bescheide entstehen aus geprüften Bausteinen und gehen in das Servicekonto.",
    "Über FIT-Connect und XÖV-Standards werden vorhandene Fachverfahren für {was} angebunden.",
    "Der Quellcode liegt offen; {wer} können Fehler melden und Verbesserungen beitragen.",
    "Der Betrieb ist im eigenen Rechenzentrum und bei öffentlichen IT-Dienstleistern möglich.",
    "Alle Daten bleiben in Deutschland und werden nach {n} Tagen gelöscht, wenn sie niemand mehr braucht.",
    "In einem Probebetrieb mit {n} Beteiligten sank die Bearbeitungszeit um ein Drittel.",
    "Die Oberfläche wurde mit {wer} erprobt und erfüllt die Anforderungen der BITV 2.0.",
    "Eine Schulung dauert einen halben Tag; Anleitungen und Beispieldaten liegen bei.",
    "Für {was} gibt es Vorlagen, die jede Verwaltung an ihr Recht anpassen kann.",
    "Die Anmeldung läuft über BundID oder Mein Unternehmenskonto.",
    "Ein Sprachmodell schlägt Formulierungen vor; entschieden wird immer von Menschen.",
    "Auswertungen zeigen, wo {wer} warten und welche Anträge unvollständig sind.",
    "Die {wie} Architektur erlaubt es, einzelne Teile auszutauschen, ohne {was} anzuhalten.",
    "Rückmeldungen aus der Praxis fließen alle {n} Wochen in eine neue Fassung ein.",
    "Mehrere Verwaltungen teilen sich Pflege und Weiterentwicklung und stimmen sich monatlich ab.",
    "Bei Störungen hilft eine gemeinsame Stelle, die an Werktagen von 7 bis 18 Uhr erreichbar ist.",
    "Sensible Angaben werden verschlüsselt; wer sie gesehen hat, ist nachvollziehbar.",
    "Auch kleine Gemeinden können mitmachen, weil der Landkreis die Einrichtung übernimmt.",
    "Der Umstieg vom bisherigen Verfahren für {was} gelingt in drei Schritten.",
)  # fmt: skip
BENEFITS = (
    "Weniger Rückfragen bei {was}", "Kürzere Wege für {wer}", "Ein Drittel weniger Aufwand je Vorgang",
    "Gleiche Qualität in allen beteiligten Verwaltungen", "Unabhängig von einem einzelnen Anbieter",
    "Nachweise ohne Papier", "Auskunft rund um die Uhr", "Entlastung in Zeiten knappen Personals",
)  # fmt: skip
STEPS = (
    "Interesse melden und Zugang zur Probeumgebung bekommen", "Datenschutz und Informationssicherheit prüfen",
    "Vereinbarung mit der federführenden Stelle schließen", "Einrichtung mit dem Rechenzentrum abstimmen",
    "Mitarbeitende schulen", "Mit einem Amt beginnen und dann ausweiten",
)  # fmt: skip
LICENCES = ("EUPL-1.2", "MIT", "Apache-2.0", "AGPL-3.0-or-later", "proprietary", "GPL-3.0-or-later", "BSD-3-Clause", "")
STANDARDS = ("FIT-Connect", "XÖV", "OpenAPI", "XBau", "XMeld", "OAuth 2.0", "OParl", "GovData", "XRechnung", "CityGML")
HOSTING = (
    "Öffentlicher IT-Dienstleister des Landes", "Kommunales Rechenzentrum", "Eigenes Rechenzentrum",
    "Deutsche Verwaltungscloud", "",
)  # fmt: skip
LOCATIONS = ("Deutschland", "Deutschland", "Deutschland", "Europäische Union", "")
COSTS = (
    "Die Nutzung ist kostenfrei; für Betrieb und Pflege fallen je Jahr etwa {n} Euro an.",
    "Die Kosten werden nach Einwohnerzahl geteilt: {n} Euro je 10.000 Einwohnerinnen und Einwohner im Jahr.",
    "Einmalig {n} Euro für die Einrichtung, danach nur der Betrieb.",
    "",
)
CPV = ("72000000", "48000000", "72260000", "48900000", "72212000")
FIELDS = (
    ("open-source", "Open Source"), ("ki", "Künstliche Intelligenz"), ("beschaffung", "Beschaffung"),
    ("cloud", "Cloud"), ("analytics", "Analytics"),
)  # fmt: skip
