"""What lists of journeys say in twelve languages. To add a word, add it here; to add a language, add a block."""

from typing import Final, NamedTuple


class Language(NamedTuple):
    """The words of one language, separated by commas.

    The nouns of headers are joined in both orders, with nothing or one of *between* between them: journey with id,
    link, action and status; *target*, *wanted* and *past* with action, operation and status. *campaign* is another
    name of the journey that is less sure, *phrase* another header of the action column.

    *stop* is what may mean pause or finish, *delete* what the API does not offer, *nothing* stands for no value. The
    rest is of lines that are no rows: *made* and *by* begin who or what made a list. *counted* follows a
    number, or has one behind a colon; *single* follows one, since "Row 5" may be a title; *numbered* holds several.
    """

    journey: str
    campaign: str
    id: str
    link: str
    between: str
    action: str
    operation: str
    phrase: str
    target: str
    wanted: str
    past: str
    status: str
    start: str
    pause: str
    finish: str
    draft: str
    archive: str
    stop: str
    delete: str
    negation: str
    nothing: str
    total: str
    end: str
    counted: str
    single: str
    numbered: str
    made: str
    by: str
    source: str
    type: str


LANGUAGES: Final = {
    "en": Language(
        journey="journey, journeys, journey's, customer journey, user journey, campaign journey, journey campaign, "
        "canvas, journey canvas, pushwoosh journey, pw journey",
        campaign="campaign, campaign's",
        id="id, ids, uuid, uuids, guid, identifier, unique id, unique identifier, identification, id uuid, uuid id",
        link="url, link, uri, urls, links, web address, hyperlink, href",
        between="of, of the, for, for the, to, to the, on, on the",
        action="action, actions",
        operation="operation, command, instruction",
        phrase="do, to do, what to do, what should be done, what to do next, things to do, do what, what must be done",
        target="target",
        wanted="next, new, desired, requested, planned, wanted, required, recommended, proposed, suggested, "
        "intended, upcoming, future, needed, chosen, selected, expected, to take, to be taken, to perform, "
        "to be performed, to apply, to do, to execute, to be done, next to take, we want",
        past="last, previous, prior, past, old, former, earlier, latest, current, recent, most recent, completed, "
        "performed, taken, executed, applied, done, last performed, last taken, original, existing",
        status="status, state",
        start="start, started, starting, status running, run, running, resume, resumed, resuming, unpause, "
        "unpaused, activate, activated, active, reactivate, reactivated, launch, launched, begin, begun, enable, "
        "enabled, continue, continued",
        pause="pause, paused, pausing, status paused, on pause, put on pause, hold, on hold, put on hold, suspend, "
        "suspended",
        finish="finish, finished, status finished, finalize, finalized, finalise, finalised, complete, completed",
        draft="draft, drafted, drafts, status draft, to draft, set to draft, back to draft, move to draft, "
        "return to draft, revert to draft",
        archive="archive, archived, status archived, to archive, move to archive",
        stop="stop, stopped, stopping, deactivate, deactivated, disable, disabled, end, ended, inactive, "
        "inactivate, inactivated, halt, halted, terminate, terminated, interrupt, interrupted, off, turn off, "
        "switch off",
        delete="delete, deleted, remove, removed, cancel, cancelled, canceled, erase, destroy, drop, unarchive, "
        "unarchived, restore, restored, restart, restarted, duplicate, copy, clone",
        negation="no, not, dont, doesnt, didnt, isnt, never, without, cannot, cant, wont, shouldnt, mustnt, "
        "neither, nor, non, except, avoid",
        nothing="null, none, nan, nil, n/a, na, nd, n, undefined, unknown, empty, blank, nothing, missing, void, "
        "tbd, not available, not set, not applicable",
        total="total, totals, grand total, sub total, sub totals, sum, sums, count, counts, total count, "
        "total number, total number of, number of, sum total, overall, overall total, all in all, in total",
        end="end, the end, eof, end of file, end of report, end of list, end of data, end of table, end of export, "
        "end of document, end of sheet, end of results, confidential, empty set",
        counted="rows, records, journeys, canvases, entries, items, lines, results, row selected, rows selected, "
        "row affected, rows affected, row in set, rows in set, row in set sec, rows in set sec, "
        "rows in set warning sec, rows in set warnings sec, row in set warning sec, row in set warnings sec, "
        "rows returned, rows returned in seconds, row returned in seconds, records returned, records found, "
        "rows produced, row produced, rows produced time elapsed s, row produced time elapsed s, rows exported, "
        "records exported, journeys exported, total, in total, total rows, time ms, elapsed",
        single="row, record, journey, entry, item, line, result",
        numbered="page, page of, sheet of, showing to of entries, showing of, query ok row affected sec, "
        "query ok rows affected sec, time taken seconds fetched rows",
        made="generated, exported, created, printed, downloaded, extracted, compiled, last updated, last modified, "
        "report generated, report created, report run, report exported, list generated, list exported, "
        "list created, file generated, file exported, file created, data exported, automatically generated, "
        "this report was generated, this file was generated, this list was generated, this report was created, "
        "this file was created, this list was created, export date, report date, data as",
        by="by, on, at, from, with, using, in, automatically by, automatically on, of",
        source="source, data source, sources",
        type="string, str, text, txt, uuid, guid, uuid4, uuidv4, varchar, char, nvarchar, nchar, bpchar, varchar2, "
        "character varying, character, uniqueidentifier, enum, enumeration, int, integer, bigint, number, numeric, "
        "decimal, float, date, datetime, timestamp, timestamptz, bool, boolean, object, json, jsonb, required, "
        "mandatory, optional, format uuid, not null, null, nullable, primary key, pk, unique, required field, "
        "mandatory field, optional field, must be filled, type, format, data type, length, max length, rule",
    ),
    "es": Language(
        journey="viaje, recorrido, trayecto, itinerario, jornada, recorrido del cliente, viaje del cliente, "
        "lienzo, recorrido del usuario, viaje del usuario",
        campaign="campaña",
        id="identificador, identificador único, id único, identificación, clave única",
        link="enlace, vínculo, liga, dirección web, dirección url",
        between="de, del, de la, de los, al, a la, para, para el, para la, en, en el",
        action="acción, acciones",
        operation="operación, comando, instrucción",
        phrase="qué hacer, hacer, a hacer, por hacer, lo que hay que hacer, qué se debe hacer, qué hay que hacer, "
        "tarea a realizar",
        target="objetivo, destino, de destino",
        wanted="siguiente, próxima, nueva, deseada, solicitada, planificada, planeada, prevista, requerida, "
        "necesaria, recomendada, propuesta, sugerida, a realizar, a tomar, a ejecutar, a aplicar, por realizar, "
        "por tomar, que realizar, que tomar, próximo, nuevo, deseado, siguiente a realizar",
        past="última, anterior, previa, pasada, actual, realizada, ejecutada, reciente, más reciente, último, "
        "previo, antigua, tomada",
        status="estado, estatus, situación",
        start="iniciar, inicia, inicie, iniciado, iniciada, iniciados, iniciadas, inicio, comenzar, comienza, "
        "comenzado, empezar, empieza, empezado, arrancar, arranca, arrancado, lanzar, lanza, lanzado, lanzada, "
        "activar, activa, active, activado, activada, activo, reactivar, reactivado, reactivada, reanudar, "
        "reanuda, reanude, reanudado, reanudada, ejecutar, ejecutando, en ejecución, en marcha, en curso, "
        "poner en marcha, continuar, continúa, despausar, despausado, quitar pausa, quitar la pausa",
        pause="pausar, pausa, pause, pausado, pausada, pausados, pausadas, en pausa, poner en pausa, "
        "puesto en pausa, puesta en pausa, suspender, suspende, suspendido, suspendida",
        finish="finalizar, finaliza, finalice, finalizado, finalizada, finalizados, finalizadas, terminar, "
        "termina, termine, terminado, terminada, completar, completa, completado, completada, concluir, concluido, "
        "concluida",
        draft="borrador, borradores, en borrador, a borrador, pasar a borrador, poner en borrador, como borrador",
        archive="archivar, archiva, archive, archivado, archivada, archivados, archivadas, al archivo",
        stop="parar, para, pare, parado, parada, detener, detén, detenga, detenido, detenida, desactivar, "
        "desactiva, desactivado, desactivada, inactivo, inactiva, deshabilitar, deshabilitado, interrumpir, "
        "interrumpido, cesar",
        delete="eliminar, elimina, eliminado, eliminada, borrar, borra, borrado, borrada, suprimir, suprimido, "
        "quitar, cancelar, cancela, cancelado, cancelada, anular, anulado, restaurar, reiniciar, desarchivar",
        negation="no, nunca, jamás, sin, ni",
        nothing="nulo, nula, ninguno, ninguna, nada, vacío, desconocido, no disponible, n/d, sin datos",
        total="total, totales, total general, suma, suma total, sub total, recuento, total de, número de, "
        "en total, cuenta",
        end="fin, fin del informe, fin de la lista, fin del archivo, fin del listado, fin de la tabla, "
        "final del informe",
        counted="filas, registros, recorridos, viajes, líneas, elementos, resultados, filas en total, "
        "filas seleccionadas, entradas",
        single="fila, registro, línea, elemento, resultado, entrada",
        numbered="página, página de, pág, pág de",
        made="generado, exportado, creado, impreso, elaborado, descargado, actualizado, última actualización, "
        "generada, informe generado, lista generada, fecha de exportación, fecha de creación, fecha de generación",
        by="por, el, en, desde, con, a las, de, el día, automáticamente por, automáticamente el",
        source="fuente, origen, fuentes",
        type="texto, cadena, cadena de texto, obligatorio, obligatoria, campo obligatorio, requerido, requerida, "
        "campo requerido, opcional, campo opcional, formato uuid, número, entero, fecha, único",
    ),
    "pt": Language(
        journey="jornada, jornada do cliente, jornada do usuário, percurso, trajeto, trajetória, viagem, jornadas",
        campaign="campanha",
        id="identificador, identificador único, id único, identificação, chave única",
        link="link, ligação, hiperligação, endereço web, endereço url, vínculo",
        between="de, do, da, dos, das, para, para o, para a, no, na, ao, à",
        action="ação, acção, ações, acções",
        operation="operação, comando, instrução",
        phrase="o que fazer, que fazer, fazer, a fazer, por fazer, o que deve ser feito, para fazer",
        target="alvo, de destino, destino",
        wanted="próxima, nova, desejada, solicitada, planejada, planeada, prevista, necessária, requerida, "
        "recomendada, proposta, sugerida, seguinte, a realizar, a tomar, a executar, a aplicar, a ser tomada, "
        "a ser realizada, próximo, novo, desejado, seguinte a realizar",
        past="última, anterior, prévia, passada, atual, actual, realizada, executada, recente, mais recente, "
        "último, antiga, tomada",
        status="status, estado, situação",
        start="iniciar, inicia, inicie, iniciado, iniciada, início, começar, comece, começado, ativar, ative, "
        "ativo, ativa, ativado, ativada, activar, activo, activa, reativar, reativado, reativada, retomar, retoma, "
        "retome, retomado, retomada, lançar, lance, lançado, lançada, executar, executando, em execução, "
        "em andamento, em curso, continuar, continue, despausar, despausado, tirar da pausa, tirar de pausa, "
        "rodando",
        pause="pausar, pausa, pause, pausado, pausada, pausados, pausadas, em pausa, colocar em pausa, "
        "pôr em pausa, suspender, suspenda, suspenso, suspensa",
        finish="finalizar, finaliza, finalize, finalizado, finalizada, terminar, termine, terminado, terminada, "
        "concluir, conclua, concluído, concluída, completar, completo, completado, encerrar, encerre, encerrado, "
        "encerrada",
        draft="rascunho, rascunhos, em rascunho, para rascunho, voltar para rascunho, mover para rascunho",
        archive="arquivar, arquiva, arquive, arquivado, arquivada, arquivo, arquivados, arquivadas",
        stop="parar, pare, parado, parada, desativar, desative, desativado, desativada, desactivar, inativo, "
        "inativa, inactivo, deter, detido, interromper, interrompido, interrompida, desligar, cessar, desabilitar",
        delete="excluir, excluído, excluída, apagar, apagado, deletar, deletado, remover, removido, eliminar, "
        "eliminado, cancelar, cancelado, cancelada, restaurar, reiniciar, desarquivar",
        negation="não, nunca, jamais, sem, nem",
        nothing="nulo, nula, nenhum, nenhuma, nada, vazio, desconhecido, indisponível, n/d, sem dados",
        total="total, totais, total geral, soma, soma total, sub total, contagem, total de, número de, no total",
        end="fim, fim do relatório, fim da lista, fim do arquivo, fim do ficheiro, fim da tabela",
        counted="linhas, registros, registos, jornadas, itens, resultados, linhas selecionadas, entradas",
        single="linha, registro, registo, item, resultado, entrada",
        numbered="página, página de, pág, pág de",
        made="gerado, exportado, criado, impresso, elaborado, baixado, atualizado, última atualização, "
        "relatório gerado, lista gerada, gerada, data de exportação, data de criação",
        by="por, em, no, na, de, desde, com, às, no dia, automaticamente por, automaticamente em",
        source="fonte, origem, fontes",
        type="texto, cadeia, cadeia de caracteres, obrigatório, obrigatória, campo obrigatório, requerido, "
        "opcional, campo opcional, formato uuid, número, inteiro, data, único",
    ),
    "de": Language(
        journey="kundenreise, reise, nutzerreise, kundenpfad, kampagnen journey, customer journeys, leinwand",
        campaign="kampagne, kampagnen",
        id="kennung, identifikator, bezeichner, eindeutige id, eindeutige kennung, identifikation, kenn nummer, "
        "identifikationsnummer",
        link="link, verknüpfung, verweis, webadresse, internetadresse, url adresse",
        between="der, des, die, den, von, für, für die, zur, zum, zu, auf, auf die",
        action="aktion, aktionen",
        operation="operation, vorgang, befehl, anweisung, kommando, maßnahme, massnahme, handlung, aktivität",
        phrase="was tun, zu tun, tun, was ist zu tun, was zu tun ist, was machen, was soll passieren, "
        "was soll geschehen, was zu tun",
        target="ziel",
        wanted="nächste, neue, gewünschte, geplante, angeforderte, beabsichtigte, vorgesehene, empfohlene, "
        "erforderliche, vorgeschlagene, nötige, notwendige, kommende, auszuführende, durchzuführende, künftige, "
        "folge",
        past="letzte, vorherige, frühere, vorige, bisherige, aktuelle, alte, vergangene, ausgeführte, "
        "durchgeführte, zuletzt ausgeführte, derzeitige, jetzige",
        status="status, zustand, stand",
        start="starten, starte, startet, start, gestartet, beginnen, beginne, begonnen, fortsetzen, fortgesetzt, "
        "setze fort, fortfahren, fortführen, wiederaufnehmen, wieder aufnehmen, wieder aufgenommen, aktivieren, "
        "aktiviere, aktiviert, aktiv, reaktivieren, reaktiviert, läuft, laeuft, laufen, laufend, in ausführung, "
        "pause aufheben, pause beenden, entpausieren, loslegen, einschalten, weiterführen",
        pause="pausieren, pausiere, pausiert, pause, in pause, auf pause, pausierend, pausierte, aussetzen, "
        "ausgesetzt, auf pause setzen",
        finish="beenden, beende, beendet, abschließen, abschliessen, abgeschlossen, fertigstellen, fertiggestellt, "
        "fertig, finalisieren, finalisiert, vollenden, vollendet, abschluss",
        draft="entwurf, entwürfe, als entwurf, in entwurf, auf entwurf setzen, zurück in entwurf, im entwurf",
        archive="archivieren, archiviere, archiviert, archiv, ins archiv, im archiv",
        stop="stoppen, stoppe, stopp, gestoppt, anhalten, angehalten, halten, deaktivieren, deaktiviere, "
        "deaktiviert, inaktiv, unterbrechen, unterbrochen, ausschalten, ausgeschaltet, einstellen, eingestellt, "
        "aufhören",
        delete="löschen, lösche, loeschen, gelöscht, geloescht, entfernen, entferne, entfernt, abbrechen, "
        "abgebrochen, stornieren, storniert, verwerfen, wiederherstellen, neustarten, neu starten",
        negation="nicht, kein, keine, keinen, nie, niemals, ohne, nein",
        nothing="leer, nichts, keine, keiner, unbekannt, k.a., keine angabe, nicht verfügbar, n. v., ohne",
        total="gesamt, summe, summen, gesamtsumme, gesamtzahl, zwischensumme, insgesamt, anzahl, gesamtanzahl, "
        "total, gesamtergebnis, teilergebnis, summe der",
        end="ende, ende des berichts, ende der liste, ende der datei, ende der tabelle, listenende, berichtsende, "
        "dateiende",
        counted="zeilen, datensätze, journeys, einträge, treffer, ergebnisse, reisen, zeilen ausgewählt, "
        "zeilen insgesamt",
        single="zeile, datensatz, eintrag, ergebnis",
        numbered="seite, seite von, blatt von",
        made="erstellt, exportiert, generiert, erzeugt, gedruckt, heruntergeladen, aktualisiert, "
        "zuletzt aktualisiert, bericht erstellt, liste erstellt, stand, datum, exportdatum, erstellungsdatum, "
        "automatisch erstellt",
        by="von, am, um, mit, aus, durch, vom, per, im, in, automatisch",
        source="quelle, datenquelle, quellen",
        type="text, zeichenkette, zeichenfolge, pflichtfeld, pflicht, pflichtangabe, erforderlich, optional, "
        "freiwillig, zahl, ganzzahl, datum, format uuid, eindeutig, muss, kann",
    ),
    "fr": Language(
        journey="parcours, parcours client, parcours utilisateur, voyage, voyage client, canevas, toile, trajet",
        campaign="campagne",
        id="identifiant, identificateur, identifiant unique, id unique, identification, clé unique",
        link="lien, url, adresse url, adresse web, hyperlien, adresse internet",
        between="de, du, de la, des, d, de l, au, vers, vers le, vers la, pour, pour le, pour la, sur, sur le, le",
        action="action, actions",
        operation="opération, commande, instruction",
        phrase="que faire, quoi faire, à faire, faire, ce qu'il faut faire, qu'est-ce qu'il faut faire, chose à faire",
        target="cible, visée",
        wanted="suivante, prochaine, nouvelle, souhaitée, désirée, demandée, planifiée, prévue, requise, "
        "nécessaire, recommandée, proposée, suggérée, voulue, à prendre, à faire, à effectuer, à exécuter, "
        "à appliquer, à réaliser, à entreprendre, à mener, prochain, nouveau, souhaité",
        past="dernière, précédente, passée, antérieure, actuelle, effectuée, réalisée, exécutée, récente, "
        "ancienne, la plus récente, dernier, précédent, actuel, prise",
        status="statut, état, status",
        start="démarrer, démarre, démarrez, démarré, démarrée, démarrés, démarrées, démarrage, lancer, lance, "
        "lancez, lancé, lancée, commencer, commencez, commencé, activer, active, activez, activé, activée, actif, "
        "réactiver, réactivé, réactivée, reprendre, reprenez, repris, reprise, continuer, continuez, en cours, "
        "en cours d'exécution, en marche, enlever la pause, retirer la pause, sortir de pause, mettre en marche",
        pause="pause, pauser, pausé, pausée, mettre en pause, mettez en pause, mis en pause, mise en pause, "
        "en pause, suspendre, suspendez, suspends, suspendu, suspendue, suspension",
        finish="terminer, termine, terminez, terminé, terminée, terminés, terminées, finir, finissez, fini, finie, "
        "finaliser, finalisé, finalisée, achever, achevé, achevée, clôturer, clôturé, clôturée, compléter, "
        "complété",
        draft="brouillon, brouillons, en brouillon, mettre en brouillon, ébauche, remettre en brouillon, au brouillon",
        archive="archiver, archive, archivez, archivé, archivée, archivés, archivées, archives, archivage, "
        "aux archives",
        stop="arrêter, arrête, arrêtez, arrêté, arrêtée, arrêt, stopper, stoppé, désactiver, désactivé, "
        "désactivée, inactif, inactive, interrompre, interrompu, interrompue, cesser, éteindre",
        delete="supprimer, supprimé, supprimée, effacer, effacé, annuler, annulé, annulée, retirer, retiré, "
        "enlever, restaurer, redémarrer, désarchiver",
        negation="ne, n, pas, jamais, sans, ni, aucun, aucune",
        nothing="nul, nulle, aucun, aucune, rien, vide, inconnu, non disponible, n/d, néant, non renseigné",
        total="total, totaux, total général, somme, sous total, nombre, nombre total, total de, nombre de, au total",
        end="fin, fin du rapport, fin de la liste, fin du fichier, fin du tableau, fin de liste, fin de fichier",
        counted="lignes, enregistrements, éléments, résultats, entrées, lignes sélectionnées, lignes au total",
        single="ligne, enregistrement, parcours, élément, résultat, entrée",
        numbered="page, page sur, page de",
        made="généré, exporté, créé, imprimé, produit, téléchargé, mis à jour, dernière mise à jour, générée, "
        "rapport généré, liste générée, édité, date d'export, date de création",
        by="par, le, à, depuis, avec, de, du, dans, en, automatiquement par, automatiquement le",
        source="source, sources, origine",
        type="texte, chaîne, chaîne de caractères, obligatoire, champ obligatoire, requis, facultatif, optionnel, "
        "champ facultatif, nombre, entier, date, format uuid, unique",
    ),
    "ru": Language(
        journey="сценарий, сценария, сценарию, путь, пути, путь клиента, пути клиента, путь пользователя, "
        "пути пользователя, цепочка, цепочки, маршрут, маршрута, джорни, путешествие, путешествия, карта пути, "
        "канвас, канваса, холст, холста, клиентский путь, клиентского пути",
        campaign="кампания, кампании",
        id="ид, айди, идентификатор, уникальный идентификатор, уникальный ид, уникальный id, ууид, гуид",
        link="ссылка, ссылку, адрес url, веб адрес, урл, гиперссылка",
        between="на, к, для, по, с, над",
        action="действие, действия, экшен",
        operation="операция, команда, инструкция",
        phrase="что делать, что сделать, сделать, делать, что нужно сделать, что надо сделать, что с ним делать, "
        "что делать дальше",
        target="целевое, целевая, цель",
        wanted="следующее, новое, желаемое, нужное, требуемое, необходимое, запрошенное, запланированное, "
        "планируемое, рекомендуемое, предлагаемое, предстоящее, выбранное, к выполнению, к исполнению, "
        "для выполнения, к применению, следующая, новая, желаемая, требуемая, нужная, новый, следующий, желаемый",
        past="последнее, предыдущее, прошлое, прежнее, текущее, выполненное, совершенное, старое, недавнее, "
        "последняя, предыдущая, текущая, последний, предыдущий, текущий, прошлый, старый, завершенное",
        status="статус, состояние",
        start="запустить, запусти, запустите, запускать, запуск, запущен, запущено, запущена, запущены, старт, "
        "стартовать, стартуй, начать, начни, начните, начат, начато, начата, возобновить, возобнови, возобновите, "
        "возобновлен, возобновлено, возобновлена, возобновление, продолжить, продолжи, продолжите, продолжать, "
        "продолжено, активировать, активируй, активирован, активировано, активирована, активен, активно, активна, "
        "активный, активная, включить, включи, включен, включено, включена, работает, выполняется, в работе, "
        "снять с паузы, снято с паузы, убрать с паузы, снять паузу",
        pause="пауза, паузу, на паузу, на паузе, поставить на паузу, поставь на паузу, поставлен на паузу, "
        "поставлено на паузу, поставлена на паузу, приостановить, приостанови, приостановите, приостанавливать, "
        "приостановлен, приостановлено, приостановлена, приостановлены, приостановка, запаузить",
        finish="завершить, заверши, завершите, завершать, завершен, завершено, завершена, завершены, завершение, "
        "закончить, закончи, закончен, закончено, закончена, окончить, окончен, окончено",
        draft="черновик, черновики, в черновик, в черновики, в черновике, вернуть в черновик, "
        "перевести в черновик, сделать черновиком",
        archive="архив, в архив, в архиве, архивировать, архивируй, архивирован, архивировано, архивирована, "
        "заархивировать, заархивировано, архивация, архивный, отправить в архив, перенести в архив",
        stop="остановить, останови, остановите, остановлен, остановлено, остановлена, остановка, стоп, отключить, "
        "отключен, отключено, выключить, выключен, выключено, деактивировать, деактивирован, деактивировано, "
        "неактивен, неактивно, неактивна, прекратить, прекращено, прервать, прервано",
        delete="удалить, удали, удалите, удален, удалено, удалена, удаление, отменить, отмени, отменен, отменено, "
        "отмена, стереть, убрать, восстановить, перезапустить, разархивировать",
        negation="не, нет, никогда, нельзя, без, ни",
        nothing="нет, пусто, ничего, неизвестно, отсутствует, н/д, нет данных, не задано, не указано",
        total="итого, всего, итог, итоги, сумма, общий итог, общая сумма, промежуточный итог, количество, "
        "всего строк, общее количество, подытог",
        end="конец, конец отчета, конец списка, конец файла, конец таблицы, конец документа",
        counted="строк, строки, записи, записей, сценария, сценариев, штук, шт, элементов, результатов",
        single="строка, запись, сценарий, элемент, результат",
        numbered="страница, страница из, стр из, стр, лист из",
        made="создано, сформировано, выгружено, экспортировано, сгенерировано, напечатано, обновлено, составлено, "
        "отчет сформирован, отчет создан, отчет сгенерирован, файл создан, дата выгрузки, дата экспорта, "
        "дата формирования, дата отчета, последнее обновление",
        by="в, из, на, от, пользователем, автоматически, через, с помощью, программой",
        source="источник, источники, источник данных",
        type="строка, текст, обязательно, обязательное, обязательный, обязательное поле, необязательно, "
        "необязательное, необязательное поле, опционально, число, дата, формат uuid, уникальный",
    ),
    "uk": Language(
        journey="сценарій, сценарію, шлях, шляху, шлях клієнта, шляху клієнта, шлях користувача, "
        "шляху користувача, ланцюжок, ланцюжка, маршрут, маршруту, подорож, подорожі, джорні, канвас, канвасу, "
        "полотно, полотна",
        campaign="кампанія, кампанії",
        id="ід, айді, ідентифікатор, унікальний ідентифікатор, унікальний ід, унікальний id",
        link="посилання, лінк, адреса url, веб адреса, гіперпосилання",
        between="на, до, для, з, над",
        action="дія, дії, дію",
        operation="операція, команда, інструкція",
        phrase="що робити, що зробити, зробити, робити, що треба зробити, що потрібно зробити, що робити далі",
        target="цільова, ціль",
        wanted="наступна, нова, бажана, потрібна, необхідна, запитана, запланована, планована, рекомендована, "
        "пропонована, майбутня, обрана, до виконання, для виконання, наступний, новий, бажаний",
        past="остання, попередня, минула, колишня, поточна, виконана, стара, недавня, останній, попередній, "
        "поточний, завершена",
        status="статус, стан",
        start="запустити, запусти, запустіть, запускати, запуск, запущено, запущений, запущена, старт, стартувати, "
        "почати, почни, почато, розпочати, розпочато, розпочни, відновити, віднови, відновлено, відновлений, "
        "відновлена, відновлення, продовжити, продовж, продовжено, активувати, активуй, активовано, активований, "
        "активна, активний, активно, увімкнути, увімкнено, працює, виконується, зняти з паузи, знято з паузи",
        pause="пауза, паузу, на паузу, на паузі, поставити на паузу, поставлено на паузу, призупинити, призупини, "
        "призупиніть, призупинено, призупинений, призупинена, призупинення",
        finish="завершити, заверши, завершіть, завершено, завершений, завершена, завершення, закінчити, закінчено, "
        "закінчений, закінчена",
        draft="чернетка, чернетки, у чернетку, в чернетку, у чернетки, в чернетки, у чернетці, повернути в чернетку",
        archive="архів, в архів, у архів, до архіву, в архіві, архівувати, архівуй, архівовано, архівований, "
        "архівована, заархівувати, заархівовано, архівація, архівний, перенести в архів",
        stop="зупинити, зупини, зупинено, зупинений, зупинена, зупинка, стоп, вимкнути, вимкнено, деактивувати, "
        "деактивовано, неактивний, неактивна, неактивно, припинити, припинено, перервати, перервано",
        delete="видалити, видали, видалено, видалений, скасувати, скасовано, скасування, стерти, прибрати, "
        "перезапустити, розархівувати",
        negation="не, ні, ніколи, без, немає",
        nothing="немає, нема, порожньо, нічого, невідомо, відсутній, н/д, не вказано",
        total="разом, усього, всього, підсумок, підсумки, сума, загальний підсумок, загальна сума, кількість, "
        "проміжний підсумок, загальна кількість",
        end="кінець, кінець звіту, кінець списку, кінець файлу, кінець таблиці",
        counted="рядки, рядків, записи, записів, сценарії, сценаріїв, елементів, результатів, шт",
        single="рядок, запис, сценарій, елемент, результат",
        numbered="сторінка, сторінка з, сторінка із, стор з",
        made="створено, сформовано, вивантажено, експортовано, згенеровано, надруковано, оновлено, складено, "
        "звіт сформовано, звіт створено, файл створено, дата експорту, дата створення, дата вивантаження",
        by="в, у, з, із, на, від, користувачем, автоматично, через, за допомогою",
        source="джерело, джерела, джерело даних",
        type="рядок, текст, обов'язково, обов'язкове, обов'язковий, обов'язкове поле, необов'язково, "
        "необов'язкове, необов'язкове поле, опціонально, число, дата, формат uuid",
    ),
    "pl": Language(
        journey="ścieżka, ścieżki, ścieżka klienta, ścieżki klienta, podróż, podróży, podróż klienta, "
        "podróży klienta, scenariusz, scenariusza, trasa, trasy, płótno, płótna",
        campaign="kampania, kampanii",
        id="identyfikator, unikalny identyfikator, unikalne id, unikatowy identyfikator, identyfikator unikalny",
        link="link, odnośnik, łącze, adres url, adres www, adres internetowy, odsyłacz, hiperłącze",
        between="do, dla, na, w, z",
        action="akcja, akcje, działanie, działania, akcji",
        operation="operacja, polecenie, komenda, instrukcja, czynność",
        phrase="co zrobić, co robić, do zrobienia, zrobić, co należy zrobić, co ma być zrobione, co dalej zrobić",
        target="docelowa, docelowe, cel",
        wanted="następna, nowa, żądana, pożądana, planowana, zaplanowana, wymagana, potrzebna, zalecana, "
        "proponowana, sugerowana, kolejna, przyszła, wybrana, do wykonania, do podjęcia, następne, nowe, żądane, "
        "pożądane, planowane, zaplanowane, wymagane, kolejne, zalecane, nowy, następny, żądany",
        past="ostatnia, poprzednia, wcześniejsza, aktualna, obecna, bieżąca, wykonana, stara, dawna, niedawna, "
        "ostatnie, poprzednie, wcześniejsze, aktualne, obecne, bieżące, wykonane, ostatni, poprzedni, obecny, "
        "aktualny",
        status="status, stan",
        start="uruchom, uruchomić, uruchamiać, uruchomiony, uruchomiona, uruchomione, uruchomiono, uruchomienie, "
        "rozpocznij, rozpocząć, rozpoczęty, rozpoczęta, rozpoczęte, rozpoczęto, startuj, wystartuj, wznów, "
        "wznowić, wznowiony, wznowiona, wznowione, wznowiono, wznowienie, wznawiaj, aktywuj, aktywować, "
        "aktywowany, aktywowana, aktywowane, aktywny, aktywna, aktywne, włącz, włączyć, włączony, włączona, "
        "kontynuuj, kontynuować, w toku, trwa, działa, odpauzuj, odpauzować, zdejmij z pauzy, zdjąć z pauzy",
        pause="pauza, pauzuj, pauzować, zapauzuj, zapauzować, zapauzowany, zapauzowana, zapauzowane, spauzuj, "
        "spauzować, wstrzymaj, wstrzymać, wstrzymany, wstrzymana, wstrzymane, wstrzymano, wstrzymanie, wstrzymuj, "
        "zawieś, zawiesić, zawieszony, zawieszona, zawieszone, zawieszono, na pauzę, na pauzie, w pauzie",
        finish="zakończ, zakończyć, zakończony, zakończona, zakończone, zakończono, zakończenie, ukończ, ukończyć, "
        "ukończony, ukończona, ukończone, ukończono, skończ, skończyć, skończony, sfinalizuj",
        draft="szkic, szkice, do szkicu, w szkicu, wersja robocza, robocza, robocze, kopia robocza, do wersji roboczej",
        archive="archiwizuj, archiwizować, zarchiwizuj, zarchiwizować, zarchiwizowany, zarchiwizowana, "
        "zarchiwizowane, zarchiwizowano, archiwum, do archiwum, w archiwum, archiwalny, archiwalna, archiwalne, "
        "archiwizacja",
        stop="zatrzymaj, zatrzymać, zatrzymany, zatrzymana, zatrzymane, zatrzymano, wyłącz, wyłączyć, wyłączony, "
        "dezaktywuj, dezaktywować, dezaktywowany, nieaktywny, nieaktywna, nieaktywne, przerwij, przerwać, "
        "przerwany, zaprzestań",
        delete="usuń, usunąć, usunięty, usunięta, usunięte, skasuj, skasować, anuluj, anulować, anulowany, "
        "anulowana, odwołaj, przywróć, przywrócić, zrestartuj, odarchiwizuj",
        negation="nie, nigdy, bez, ani, żaden",
        nothing="brak, puste, nic, nieznany, niedostępny, b/d, brak danych, nie dotyczy",
        total="razem, suma, sumy, łącznie, ogółem, suma częściowa, suma końcowa, suma całkowita, liczba, ilość, "
        "w sumie, podsumowanie",
        end="koniec, koniec raportu, koniec listy, koniec pliku, koniec tabeli",
        counted="wiersze, wierszy, rekordy, rekordów, ścieżek, pozycji, wyników, wpisów, elementów, "
        "zaznaczonych wierszy",
        single="wiersz, rekord, pozycja, wynik, wpis, element",
        numbered="strona, strona z, str z",
        made="wygenerowano, wyeksportowano, utworzono, wydrukowano, pobrano, zaktualizowano, sporządzono, "
        "raport wygenerowany, raport wygenerowano, raport utworzono, data eksportu, data utworzenia, stan",
        by="przez, dnia, w, z, o, za pomocą, ze, automatycznie, na dzień",
        source="źródło, źródła, źródło danych",
        type="tekst, ciąg znaków, łańcuch, wymagane, wymagany, obowiązkowe, obowiązkowy, pole wymagane, "
        "pole obowiązkowe, opcjonalne, opcjonalny, pole opcjonalne, nieobowiązkowe, liczba, data, format uuid",
    ),
    "ja": Language(
        journey="ジャーニー, カスタマージャーニー, カスタマー ジャーニー, キャンバス, カンバス, シナリオ, 旅程, "
        "顧客ジャーニー",
        campaign="キャンペーン",
        id="識別子, 一意識別子, 一意の識別子, 固有id, 一意id, 固有識別子, 識別id, 識別番号, アイディー",
        link="リンク, urlリンク, アドレスurl, ウェブアドレス, リンク先",
        between="の, への, に対する, へ",
        action="アクション, 操作, 動作, 行動",
        operation="処理, 作業, オペレーション, コマンド, 指示, 命令",
        phrase="やること, すること, 何をするか, 実行内容, 対応内容, 対応, するべきこと, すべきこと, 何をする, 操作内容",
        target="対象, 目標, ターゲット, 目的",
        wanted="次の, 次, 次回, 次回の, 新しい, 新, 新規, 希望, 希望する, 実行する, 実施する, 行う, 予定, 予定の, "
        "予定されている, 推奨, 推奨される, 必要な, 要求された, 依頼, 今後の, 取るべき, 実行すべき, 指定",
        past="前回, 前回の, 前の, 直前の, 最後の, 最終, 最近の, 最新の, 現在の, 現在, 以前の, 過去の, 実行した, "
        "実行済み, 完了した, 旧, 直近の",
        status="ステータス, 状態, 状況",
        start="開始, 開始する, 開始済み, 開始済, 開始中, スタート, 起動, 起動する, 実行, 実行する, 実行中, 再開, "
        "再開する, 再開済み, 稼働, 稼働中, 動作中, 有効, 有効化, 有効にする, アクティブ, アクティブ化, 続行, "
        "続行する, 一時停止解除, 一時停止を解除, 一時停止の解除, 一時停止を解除する, ポーズ解除, 開始して, "
        "再開して, はじめる, 始める",
        pause="一時停止, 一時停止する, 一時停止中, 一時停止済み, 一時停止済, 一時停止して, ポーズ, 一時中断, "
        "一時中断中, 休止, 休止中, 保留, 保留中, 保留する, 一旦停止",
        finish="終了, 終了する, 終了済み, 終了済, 完了, 完了する, 完了済み, 完了済, 終了して, 完了して, "
        "終わらせる, 終了した, 完了した",
        draft="下書き, 下書, 下書きにする, 下書きに戻す, 下書き中, 下書き保存, ドラフト, 草稿, 草案",
        archive="アーカイブ, アーカイブする, アーカイブ済み, アーカイブ済, アーカイブ中, アーカイブ化, "
        "アーカイブして, 保管, 保管する",
        stop="停止, 停止する, 停止中, 停止済み, 停止済, 中止, 中止する, 中断, 中断する, 中断中, ストップ, 止める, "
        "やめる, 無効, 無効化, 無効にする, 非アクティブ, 打ち切り",
        delete="削除, 削除する, 削除済み, キャンセル, キャンセルする, 取消, 取り消し, 取り消す, 消去, 除去, 復元, "
        "再起動, 複製",
        negation="ない, ません, しないで, するな, ずに, 不要, 未, 禁止, なし",
        nothing="なし, 無し, 無, 空, 空白, 不明, 該当なし, 未定, 未設定, 未入力, 特になし",
        total="合計, 総計, 小計, 計, 総数, 件数, 合計件数, 総件数, 全, 全件, 総合計, 行数",
        end="終わり, おわり, 以上, リストの終わり, ファイルの終わり, レポートの終わり, 以下余白",
        counted="件, 行, 個, 件のデータ, 件のレコード, 件の結果, 件中件",
        single="レコード",
        numbered="ページ, 頁, ページ中ページ",
        made="作成日, 作成日時, 作成者, 出力日, 出力日時, 出力者, 生成日時, 生成日, エクスポート日時, "
        "エクスポート日, 印刷日, 更新日時, 最終更新, 最終更新日",
        by="",
        source="出典, ソース, データソース, 出所, 情報源",
        type="文字列, テキスト, 必須, 必須項目, 任意, 任意項目, 数値, 整数, 日付, 省略可, 入力必須, 一意",
    ),
    "ko": Language(
        journey="여정, 저니, 고객 여정, 고객여정, 사용자 여정, 캔버스, 시나리오, 커스터머 저니, 고객 저니",
        campaign="캠페인",
        id="아이디, 식별자, 고유 id, 고유 식별자, 고유 아이디, 식별 번호, 고유번호",
        link="링크, 주소 url, 웹 주소, url 주소, 하이퍼링크, 바로가기",
        between="의, 에 대한, 로 가는",
        action="작업, 동작, 액션, 조치",
        operation="명령, 연산, 오퍼레이션, 지시, 명령어, 처리",
        phrase="할 일, 해야 할 일, 수행 내용, 작업 내용, 무엇을 할지, 무엇을 할까, 해야할것, 조치 사항, 조치 내용",
        target="대상, 목표, 타겟",
        wanted="다음, 새, 새로운, 신규, 예정, 예정된, 계획된, 원하는, 요청된, 요청, 필요한, 권장, 제안된, 수행할, "
        "실행할, 취할, 향후, 희망, 선택한",
        past="마지막, 이전, 지난, 최근, 현재, 과거, 기존, 수행한, 완료된, 실행된, 직전, 수행된",
        status="상태, 스테이터스, 현황",
        start="시작, 시작하기, 시작하다, 시작됨, 시작된, 시작함, 스타트, 실행, 실행하기, 실행 중, 실행됨, 재개, "
        "재개하기, 재개됨, 재개함, 다시 시작됨, 활성, 활성화, 활성화됨, 활성화하기, 계속, 계속하기, 진행 중, 진행, "
        "가동, 가동 중, 일시중지 해제, 일시정지 해제, 일시 중단 해제, 개시",
        pause="일시중지, 일시정지, 일시 중단, 일시중지됨, 일시정지됨, 일시중단됨, 일시중지하기, 일시정지하기, "
        "일시중지 중, 일시정지 중, 일시중지하다, 일시정지하다, 일시중지된, 일시정지된, 보류, 보류 중, 보류됨",
        finish="종료, 종료하기, 종료하다, 종료됨, 종료된, 완료, 완료하기, 완료하다, 완료됨, 완료된, 끝내기, "
        "마치기, 마침",
        draft="초안, 초안으로, 초안 상태, 초안으로 되돌리기, 임시저장, 임시 저장됨, 드래프트, 임시 보관",
        archive="보관, 보관하기, 보관하다, 보관됨, 보관된, 보관 처리, 아카이브, 아카이브됨, 아카이브하기, 보관함으로",
        stop="중지, 중지하기, 중지됨, 중지된, 정지, 정지됨, 중단, 중단됨, 중단하기, 멈춤, 멈추기, 스톱, 비활성, "
        "비활성화, 비활성화됨, 끄기",
        delete="삭제, 삭제하기, 삭제됨, 제거, 제거됨, 취소, 취소하기, 취소됨, 지우기, 복원, 재시작, 복제",
        negation="않, 마세요, 지마, 지말, 말것, 안함, 못함, 금지, 없음, 불필요",
        nothing="없음, 없다, 비어 있음, 빈값, 알 수 없음, 해당 없음, 미정, 미설정, 공백",
        total="합계, 총계, 소계, 총합, 총합계, 총, 전체, 개수, 총 개수, 총 건수, 건수, 계, 행 수",
        end="끝, 목록 끝, 파일 끝, 보고서 끝, 이상",
        counted="건, 개, 행, 개 행, 개의 행, 개 레코드, 개의 여정, 개 여정, 개 항목, 개의 레코드",
        single="레코드, 항목",
        numbered="페이지, 쪽, 페이지 중 페이지",
        made="생성일, 생성일시, 작성일, 작성일시, 작성자, 내보낸 날짜, 내보낸 시간, 출력일, 출력일시, 생성 날짜, "
        "추출일, 추출일시, 최종 업데이트, 업데이트",
        by="",
        source="출처, 소스, 데이터 출처, 원본",
        type="문자열, 텍스트, 필수, 필수 항목, 필수 입력, 선택, 선택 사항, 선택 항목, 숫자, 정수, 날짜, 고유",
    ),
    "zh": Language(
        journey="旅程, 客户旅程, 客戶旅程, 用户旅程, 用戶旅程, 顾客旅程, 顧客旅程, 画布, 畫布, 旅程画布, 旅程畫布, "
        "营销旅程, 行銷旅程, 历程, 歷程, 顧客歷程, 流程画布",
        campaign="活动, 活動, 营销活动, 行銷活動, 流程",
        id="标识, 標識, 标识符, 標識符, 识别码, 識別碼, 识别符, 識別符, 标识码, 唯一标识, 唯一標識, 唯一标识符, "
        "唯一標識符, 唯一识别码, 唯一識別碼, 唯一id, 辨識碼, 识别号, 編碼標識",
        link="链接, 鏈接, 連結, 网址, 網址, 超链接, 超連結, 地址链接",
        between="的, 之",
        action="操作, 动作, 動作, 行动, 行動",
        operation="指令, 命令, 处理, 處理",
        phrase="要做什么, 要做什麼, 做什么, 做什麼, 待办, 待辦, 待办事项, 待辦事項, 怎么处理, 怎麼處理, 操作内容, "
        "操作內容, 如何处理",
        target="目标, 目標",
        wanted="下一步, 下一个, 下一個, 下次, 下个, 新, 新的, 计划, 計劃, 計畫, 计划的, 預定, 预定, 所需, 需要的, "
        "期望, 期望的, 希望的, 要求的, 请求的, 請求的, 建议, 建議, 建议的, 推荐, 推薦, 待执行, 待執行, 待执行的, "
        "要执行的, 要執行的, 要采取的, 要採取的, 拟执行, 应采取的, 指定",
        past="上次, 上一次, 上一个, 上一個, 最后, 最後, 最近, 之前的, 以前的, 先前, 先前的, 当前, 當前, 目前, "
        "已执行, 已執行, 已完成, 旧, 舊, 过去的, 最后一次, 最後一次, 现有, 前一",
        status="状态, 狀態, 状况, 狀況",
        start="启动, 啟動, 已启动, 已啟動, 开始, 開始, 已开始, 已開始, 恢复, 恢復, 已恢复, 已恢復, 继续, 繼續, "
        "激活, 已激活, 启用, 啟用, 已启用, 已啟用, 运行, 運行, 运行中, 運行中, 正在运行, 正在運行, 进行中, 進行中, "
        "执行中, 執行中, 活跃, 取消暂停, 取消暫停, 解除暂停, 解除暫停, 恢复运行, 重新启用, 重新啟用",
        pause="暂停, 暫停, 已暂停, 已暫停, 暂停中, 暫停中, 挂起, 掛起, 已挂起, 暂停运行, 暫停運行, 暂时停止, 暫時停止",
        finish="结束, 結束, 已结束, 已結束, 完成, 已完成, 完结, 完結, 已完结",
        draft="草稿, 转为草稿, 轉為草稿, 存为草稿, 存為草稿, 设为草稿, 設為草稿, 草稿状态, 草稿狀態, 退回草稿, "
        "草稿箱, 改为草稿",
        archive="归档, 歸檔, 已归档, 已歸檔, 存档, 存檔, 已存档, 已存檔, 封存, 已封存, 转入归档, 典藏",
        stop="停止, 已停止, 停用, 已停用, 禁用, 已禁用, 中止, 已中止, 终止, 終止, 已终止, 已終止, 中断, 中斷, "
        "关闭, 關閉, 已关闭, 已關閉, 停, 未激活, 未启用, 停下",
        delete="删除, 刪除, 已删除, 已刪除, 移除, 已移除, 取消, 已取消, 清除, 撤销, 撤銷, 作废, 作廢, 还原, 還原, "
        "重启, 重啟, 复制, 複製",
        negation="不, 别, 別, 勿, 未, 没, 沒, 无需, 無需, 禁止, 非, 莫",
        nothing="无, 無, 空, 空白, 没有, 沒有, 未知, 不适用, 不適用, 不详, 不詳, 暂无, 暫無, 未填, 未设置",
        total="合计, 合計, 总计, 總計, 小计, 小計, 总数, 總數, 共, 共计, 共計, 总共, 總共, 汇总, 彙總, 总和, 總和, "
        "行数, 行數, 计数",
        end="结束符, 列表结束, 报告结束, 文件结束, 表格结束, 以下空白, 报表结束, 完, 列表結束, 報告結束, 檔案結束",
        counted="条, 條, 行, 个, 個, 笔, 筆, 项, 項, 条记录, 條記錄, 筆資料, 筆記錄, 个旅程, 個旅程, 行记录, "
        "行数据, 页, 頁, 共条, 共條, 共行, 共页, 条数据, 笔记录",
        single="记录, 記錄",
        numbered="页, 頁, 第页共页, 第頁共頁",
        made="生成时间, 生成時間, 生成日期, 生成于, 生成於, 导出时间, 導出時間, 匯出時間, 导出日期, 匯出日期, "
        "導出日期, 导出于, 创建于, 創建於, 制表人, 製表人, 制表时间, 制表日期, 製表日期, 导出人, 打印时间, "
        "列印時間, 更新时间, 更新時間, 最后更新, 最後更新",
        by="",
        source="来源, 來源, 数据来源, 資料來源, 数据源",
        type="字符串, 字串, 文本, 文字, 必填, 必填项, 必填項, 必需, 选填, 選填, 可选, 可選, 选填项, 数字, 數字, "
        "整数, 日期, 非必填, 唯一",
    ),
    "ar": Language(
        journey="رحلة, الرحلة, رحلة العميل, رحلة المستخدم, رحلات, مسار, المسار, مسار العميل, لوحة الرحلة, سيناريو, "
        "السيناريو",
        campaign="حملة, الحملة",
        id="معرف, المعرف, معرّف, معرف فريد, المعرف الفريد, معرف uuid, هوية, رقم تعريف, رقم التعريف, رمز تعريف, معرف id",
        link="رابط, الرابط, عنوان url, ارتباط, عنوان الويب, وصلة",
        between="ال, ل, لل, إلى, الخاص ب, الخاصة ب, الخاص بال",
        action="إجراء, الإجراء, إجراءات, الإجراءات, فعل, الفعل, اجراء, الاجراء",
        operation="عملية, العملية, أمر, الأمر, تعليمات, التعليمات",
        phrase="ماذا تفعل, ما يجب فعله, ما العمل, ما يجب القيام به, ماذا نفعل, ماذا يجب أن نفعل, ما المطلوب",
        target="المستهدف, مستهدف, الهدف, المستهدفة",
        wanted="التالي, القادم, الجديد, المطلوب, المرغوب, المخطط, المقترح, الموصى به, المقبل, اللازم, "
        "الواجب اتخاذه, المراد, المراد تنفيذه, المطلوب تنفيذه, تالي, جديد, مطلوب, التالية, الجديدة, المطلوبة",
        past="الأخير, السابق, الماضي, الحالي, المنفذ, آخر, المتخذ, القديم, الأخيرة, السابقة, الحالية, سابق, المكتمل",
        status="حالة, الحالة, الوضع, وضع",
        start="بدء, البدء, ابدأ, بدأ, بدأت, تم البدء, تشغيل, التشغيل, شغّل, قيد التشغيل, جاري التشغيل, جار التشغيل, "
        "إطلاق, أطلق, استئناف, الاستئناف, استأنف, تم الاستئناف, مستأنف, مستأنفة, تفعيل, التفعيل, تم التفعيل, مفعل, "
        "مفعلة, نشط, نشطة, تنشيط, متابعة, إلغاء الإيقاف المؤقت, إلغاء إيقاف مؤقت, قيد التنفيذ, يعمل, تعمل",
        pause="إيقاف مؤقت, الإيقاف المؤقت, إيقاف مؤقتا, إيقاف مؤقتًا, أوقف مؤقتا, أوقف مؤقتًا, متوقف مؤقتا, "
        "متوقف مؤقتًا, متوقفة مؤقتا, متوقفة مؤقتًا, موقوف مؤقتا, موقوف مؤقتًا, موقوفة مؤقتا, موقوفة مؤقتًا, "
        "تم الإيقاف مؤقتا, تم الإيقاف المؤقت, تعليق, توقف مؤقت, توقيف مؤقت",
        finish="إنهاء, الإنهاء, انتهى, انتهت, تم الإنهاء, منتهي, منتهية, منته, اكتمل, اكتملت, مكتمل, مكتملة, "
        "إتمام, أنهِ",
        draft="مسودة, المسودة, مسوّدة, مسودات, تحويل إلى مسودة, إعادة إلى مسودة, كمسودة",
        archive="أرشفة, الأرشفة, أرشف, أرشيف, الأرشيف, مؤرشف, مؤرشفة, تمت الأرشفة, إلى الأرشيف, تمت أرشفته",
        stop="إيقاف, الإيقاف, أوقف, توقف, متوقف, متوقفة, موقوف, موقوفة, تعطيل, معطل, معطلة, تم الإيقاف, غير نشط, "
        "غير نشطة, إلغاء التفعيل, إلغاء التنشيط, قطع",
        delete="حذف, الحذف, احذف, محذوف, محذوفة, تم الحذف, إزالة, إلغاء, الإلغاء, ألغ, ملغى, ملغاة, تم الإلغاء, "
        "استعادة, نسخ, إعادة التشغيل",
        negation="لا, لم, لن, ليس, ليست, غير, عدم, بدون, دون, بلا, ما",
        nothing="لا شيء, لا يوجد, لا توجد, فارغ, غير معروف, غير متاح, غير متوفر, بلا, لاشيء",
        total="المجموع, مجموع, الإجمالي, إجمالي, المجموع الكلي, المجموع الفرعي, المجموع العام, العدد, عدد, "
        "الإجمالي الكلي, العدد الإجمالي, الكلي",
        end="النهاية, نهاية, نهاية التقرير, نهاية القائمة, نهاية الملف, نهاية الجدول, انتهى التقرير",
        counted="صفوف, الصفوف, سجلات, السجلات, رحلات, الرحلات, عناصر, نتائج",
        single="صف, سجل, رحلة, عنصر, نتيجة",
        numbered="صفحة, صفحة من, الصفحة من",
        made="تم الإنشاء, تم إنشاؤه, أنشئ, تم التصدير, تم تصديره, صدر, تاريخ الإنشاء, تاريخ التصدير, تم التحديث, "
        "آخر تحديث, تم التوليد, تمت الطباعة, تاريخ التقرير",
        by="بواسطة, في, من, بتاريخ, يوم, عن طريق, باستخدام, من قبل",
        source="المصدر, مصدر, مصدر البيانات",
        type="نص, سلسلة, سلسلة نصية, مطلوب, إلزامي, إجباري, حقل مطلوب, حقل إلزامي, اختياري, حقل اختياري, رقم, عدد, "
        "تاريخ, فريد",
    ),
}
