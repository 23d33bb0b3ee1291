//! French.

use super::{Ui, Words};
use crate::finding::Code;
use crate::plan::Scenario;

pub(super) static WORDS: Words = Words {
    findings: [
        (
            Code::UndeclaredCookie,
            "Un cookie que la charte ne déclare pas",
            "Déclarez-le avec sa finalité et sa durée, ou retirez ce qui le dépose.",
        ),
        (
            Code::UndeclaredLocalStorage,
            "Une clé de localStorage que la charte ne déclare pas",
            "Déclarez-la, ou retirez le script qui l'écrit.",
        ),
        (
            Code::UndeclaredSessionStorage,
            "Une clé de sessionStorage que la charte ne déclare pas",
            "Déclarez-la, ou retirez le script qui l'écrit.",
        ),
        (
            Code::UndeclaredIndexedDb,
            "Une base IndexedDB que la charte ne déclare pas",
            "Déclarez-la, ou retirez le script ou le worker qui l'ouvre.",
        ),
        (
            Code::UndeclaredCache,
            "Un cache que la charte ne déclare pas",
            "Déclarez-le, ou retirez le script ou le worker qui l'ouvre.",
        ),
        (
            Code::UndeclaredServiceWorker,
            "Un service worker que la charte ne déclare pas",
            "Déclarez-le, ou cessez de l'enregistrer.",
        ),
        (
            Code::UndeclaredHost,
            "Un hôte que la charte ne déclare pas a été contacté",
            "Déclarez-le comme service soumis au consentement, servez son contenu vous-même, ou retirez-le.",
        ),
        (
            Code::UndeclaredHint,
            "La page prépare une connexion vers un hôte que la charte ne déclare pas",
            "Retirez le preconnect, le prefetch ou le preload.",
        ),
        (
            Code::BeforeConsent,
            "Observé avant tout choix, alors qu'un consentement est nécessaire",
            "Attendez l'accord du visiteur.",
        ),
        (
            Code::AfterClosing,
            "Observé après la fermeture du bandeau sans choix",
            "Traitez la fermeture, la touche Échap et le défilement comme un refus.",
        ),
        (
            Code::AfterRefusal,
            "Observé après un refus",
            "Respectez le refus, et supprimez ce qui était conservé.",
        ),
        (
            Code::AfterWithdrawal,
            "Observé après le retrait du consentement",
            "Arrêtez le service dès la réponse, et supprimez ce qu'il a conservé.",
        ),
        (
            Code::BeyondChoice,
            "Observé alors que le choix ne le couvrait pas",
            "Liez-le à son propre service, et non à n'importe quel choix.",
        ),
        (
            Code::DespiteSignal,
            "Observé alors que le navigateur signale un refus (GPC ou DNT)",
            "Traitez ce signal comme un refus, sauf choix contraire du visiteur.",
        ),
        (
            Code::NotAskedFor,
            "Apparu sans que rien ne le demande",
            "Ne le déposez qu'à l'occasion pour laquelle il est déclaré.",
        ),
        (
            Code::StoredInEmbed,
            "Conservé alors que la page est dans un cadre d'un autre site",
            "Ne déposez rien dans les pages intégrées.",
        ),
        (
            Code::WrongPath,
            "Le chemin du cookie n'est pas celui déclaré",
            "Déposez-le avec le chemin déclaré.",
        ),
        (
            Code::WrongDomain,
            "Le cookie est envoyé à d'autres hôtes que déclaré",
            "N'utilisez pas l'attribut Domain.",
        ),
        (
            Code::WrongSecure,
            "Le cookie n'est pas Secure",
            "Déposez-le avec Secure.",
        ),
        (
            Code::WrongHttpOnly,
            "HttpOnly n'est pas conforme à la déclaration",
            "Déposez le cookie avec la valeur déclarée de HttpOnly.",
        ),
        (
            Code::WrongSameSite,
            "SameSite n'est pas conforme à la déclaration",
            "Déposez le cookie avec la valeur déclarée de SameSite.",
        ),
        (
            Code::WrongWriter,
            "Le cookie n'est pas écrit par qui la charte l'annonce",
            "Écrivez-le là où la charte le dit.",
        ),
        (
            Code::LongerLife,
            "Le cookie vit plus longtemps que déclaré",
            "Raccourcissez sa durée, ou déclarez la vraie.",
        ),
        (
            Code::LifeOverLimit,
            "Le cookie vit plus de 13 mois",
            "Raccourcissez sa durée.",
        ),
        (
            Code::LifeExtended,
            "Une visite a prolongé la durée du cookie",
            "Ne le redéposez pas tant qu'il existe.",
        ),
        (
            Code::DuplicateCookie,
            "Deux cookies portent le même nom",
            "Déposez-le avec un seul chemin et sans Domain, et supprimez l'autre.",
        ),
        (
            Code::InvalidCookie,
            "Un cookie que les navigateurs ignorent ou tronquent",
            "Donnez-lui un nom, et moins de 4 096 octets.",
        ),
        (
            Code::CacheableSetCookie,
            "Une réponse qui dépose un cookie peut être gardée par des caches",
            "Envoyez-la avec Cache-Control: no-store.",
        ),
        (
            Code::TrackingEtag,
            "Un ETag différent pour chaque visiteur permet de le reconnaître",
            "Calculez l'ETag à partir du seul contenu.",
        ),
        (
            Code::PolicyViolation,
            "La politique de sécurité a bloqué ce que la page tentait",
            "Retirez ce qui est bloqué, ou déclarez-le et autorisez-le.",
        ),
        (
            Code::BannerMissing,
            "Un consentement est nécessaire et personne ne le demande",
            "Affichez le bandeau tant qu'aucun choix n'est fait.",
        ),
        (
            Code::BannerNeedless,
            "Un bandeau pose une question sans objet",
            "N'affichez pas de bandeau.",
        ),
        (
            Code::RefuseMissing,
            "Le bandeau n'a pas de bouton pour refuser",
            "Placez-le à côté de celui qui accepte.",
        ),
        (
            Code::AcceptMissing,
            "Le bandeau n'a pas de bouton pour accepter",
            "Placez-le à côté de celui qui refuse.",
        ),
        (
            Code::CustomiseMissing,
            "Le bandeau ne permet pas de choisir au cas par cas",
            "Ajoutez un bouton qui ouvre le choix.",
        ),
        (
            Code::ButtonsUnequal,
            "Accepter et refuser n'ont pas la même apparence",
            "Donnez aux deux boutons la même taille, les mêmes lettres et les mêmes couleurs.",
        ),
        (
            Code::ButtonTooSmall,
            "Un bouton mesure moins de 24 × 24 pixels",
            "Agrandissez-le.",
        ),
        (
            Code::ButtonContrast,
            "Le texte d'un bouton est difficile à lire",
            "Portez son contraste à 4,5:1 au moins.",
        ),
        (
            Code::PrecheckedBox,
            "Une case est cochée d'avance",
            "Laissez toutes les cases vides.",
        ),
        (
            Code::BannerReturns,
            "Le bandeau revient après un choix",
            "Gardez le choix six mois, y compris un refus.",
        ),
        (
            Code::ChoiceNeedsScripts,
            "Le choix est impossible sans JavaScript",
            "Faites du bandeau un formulaire.",
        ),
        (
            Code::ChoiceImpossible,
            "Le choix n'a pas pu être fait",
            "Suivez le balisage du bandeau décrit dans la documentation, ou donnez ses sélecteurs dans la charte.",
        ),
        (
            Code::ManageLinkMissing,
            "La page n'a pas de lien vers le choix",
            "Mettez ce lien au pied de chaque page.",
        ),
        (
            Code::CharterLinkMissing,
            "La page n'a pas de lien vers la charte",
            "Mettez ce lien au pied de chaque page.",
        ),
        (
            Code::CharterDiffers,
            "La page de la charte et la charte ne concordent pas",
            "Générez la page à partir du registre.",
        ),
        (
            Code::CharterHash,
            "La charte n'a pas l'empreinte qu'elle annonce",
            "Publiez-la telle qu'elle a été générée.",
        ),
        (
            Code::PageFailed,
            "Une page n'a pas pu être ouverte",
            "Réparez la page, puis relancez l'audit.",
        ),
        (
            Code::NeverSeen,
            "Déclaré, et jamais observé",
            "Retirez-le de la charte s'il n'est plus utilisé.",
        ),
    ],
    scenarios: [
        (Scenario::Nothing, "ne clique sur rien"),
        (Scenario::Closed, "ferme le bandeau sans choisir"),
        (Scenario::Refuse, "refuse tout"),
        (Scenario::Accept, "accepte tout"),
        (Scenario::OnePurpose, "accepte un seul service"),
        (Scenario::Withdraw, "accepte, puis retire son accord"),
        (Scenario::Gpc, "envoie Global Privacy Control"),
        (Scenario::Dnt, "envoie Do Not Track"),
        (Scenario::NoScript, "a désactivé JavaScript"),
        (Scenario::Language, "choisit une autre langue"),
        (Scenario::SecondVisit, "revient plus tard"),
        (Scenario::Embed, "voit les pages dans un cadre d'un autre site"),
        (Scenario::SignedIn, "s'est connecté"),
    ],
    ui: Ui {
        language: "Français",
        title: "Audit des cookies",
        pass: "Conforme : ce qui a été observé est ce qui est déclaré.",
        fail: "Non conforme : ce qui a été observé n'est pas ce qui est déclaré.",
        nothing: "Aucun constat.",
        site: "Site",
        revision: "Révision de la charte",
        date: "Date",
        browser: "Navigateur",
        errors: "Erreurs",
        warnings: "Avertissements",
        what: "Constat",
        subject: "Objet",
        places: "Où",
        mend: "Comment corriger",
        hint: "D'après son nom, il pourrait appartenir à",
        tried: "Ce qui a été essayé",
        pages: "Pages ouvertes",
        more: "de plus",
    },
};
