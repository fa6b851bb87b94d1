"""What no page may tell people to do: to divorce, to have a child, to work less or to sell; in three languages.

Facts may be named ("divorced", "sold objects"); telling people to is not.
"""

from __future__ import annotations

import re

_ADVICE = [
    # English: imperatives and advice
    r"\b(get|getting|should|could|to|can|please|then|you) (a )?divorc(e|ed|ing)\b",
    r"\bdivorce (your|the) (husband|wife|spouse)\b",
    r"\bleave your (husband|wife|spouse|job)\b",
    r"\b(have|having|adopt) (a|another|one more|more) (child|children|baby)\b(?! (who|of|that))",
    r"\b(work|earn|working|earning) (less|fewer)\b",
    r"\b(quit|give up|stop) (your |the )?(job|work|working)\b",
    r"\b(sell|selling) (your|the|a|his|her) (car|flat|house|home|land|livestock|cattle|property)\b",
    # Russian
    r"\b(развед(ись|итесь)|развестись|расторгн(и|ите) брак|оформ(и|ите) развод)\b",
    r"\b(род(и|ите)|заведите|родить|усынов(и|ите)) (ещё |еще )?(ребёнка|ребенка|детей)\b",
    r"\b(работа(й|йте|ть)|зарабатыва(й|йте|ть)) меньше\b",
    r"\b(уволь(ся|тесь)|уволиться|брось(те)? работу|бросить работу)\b",
    r"\b(прода(й|йте|ть)) (машину|автомобиль|квартиру|дом|землю|участок|скот|имущество|жиль[ёе])\b",
    # Kazakh
    r"\b(ажырас(ың|ыңыз|ыңдар|у керек|уға болады)|некені бұз(ың|ыңыз|у керек))\b",
    r"\b(бала (туыңыз|туып алыңыз|табыңыз|асырап алыңыз)|тағы (бір )?бала туу керек)\b",
    r"\b(аз(ырақ)? (жұмыс істеңіз|табыс табыңыз)|жұмыстан шығыңыз|жұмысыңызды тастаңыз)\b",
    r"\b(көлігіңізді|машинаңызды|үйіңізді|пәтеріңізді|жеріңізді|малыңызды) сат(ыңыз|у керек)\b",
]
DANGEROUS = re.compile("|".join(_ADVICE), re.IGNORECASE)
