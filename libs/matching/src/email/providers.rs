//! What is known of mail domains and mailbox names: providers, roles, fillers.

use std::{collections::HashSet, sync::LazyLock};

use strsim::osa_distance;

/// A set of words, looked up for every address.
type Words = LazyLock<HashSet<&'static str>>;

/// Public providers, each under the domain that stands for its family.
static FREE: Words = Words::new(|| {
    words(
        "\
    gmail.com mail.ru bk.ru list.ru inbox.ru internet.ru yandex.ru rambler.ru lenta.ru \
    autorambler.ru myrambler.ru ro.ru ukr.net i.ua meta.ua bigmir.net email.ua ua.fm freemail.hu \
    citromail.hu t-online.hu indamail.hu vipmail.hu mailbox.hu inbox.lv one.lv apollo.lv tvnet.lv \
    delfi.lv e-apollo.lv inbox.lt inbox.eu mail.ee hot.ee yahoo.com yahoo.co.uk yahoo.de yahoo.fr \
    ymail.com rocketmail.com hotmail.com hotmail.co.uk hotmail.de hotmail.fr outlook.com live.com \
    live.co.uk msn.com aol.com icloud.com me.com mac.com gmx.com gmx.de gmx.net gmx.at web.de \
    t-online.de freenet.de proton.me protonmail.com pm.me mail.com email.com zoho.com fastmail.com \
    tutanota.com tuta.com hey.com comcast.net verizon.net att.net sbcglobal.net btinternet.com \
    virginmedia.com sky.com talktalk.net wp.pl o2.pl onet.pl interia.pl seznam.cz orange.fr \
    wanadoo.fr laposte.net libero.it qq.com 163.com",
    )
});

/// Providers large enough that a domain one error away from theirs is a typing error.
const LARGE: &str = "\
    gmail.com googlemail.com mail.ru yandex.ru yandex.com rambler.ru ukr.net freemail.hu \
    citromail.hu t-online.hu inbox.lv yahoo.com hotmail.com outlook.com icloud.com";

/// Domains that exist although they are one letter away from a large provider's.
static REAL_NEIGHBOURS: Words = Words::new(|| {
    words(
        "\
    inbox.lt mail.by mail.kz mail.lv mail.bg yandex.by yandex.kz yandex.ua yandex.uz yandex.lv \
    yandex.lt yandex.ee t-online.de freemail.lt hotmail.co yahoo.co mail.rs mail.hu emai.ru \
    email.ru gmail.ru nail.ru ymail.ru",
    )
});

/// Domains of one mailbox system, and the domain that stands for it.
const FAMILIES: &[(&str, &str)] = &[
    ("googlemail.com", "gmail.com"),
    ("ya.ru", "yandex.ru"),
    ("yandex.com", "yandex.ru"),
    ("yandex.ua", "yandex.ru"),
    ("yandex.by", "yandex.ru"),
    ("yandex.kz", "yandex.ru"),
    ("yandex.uz", "yandex.ru"),
    ("yandex.lv", "yandex.ru"),
    ("yandex.lt", "yandex.ru"),
    ("yandex.ee", "yandex.ru"),
    ("narod.ru", "yandex.ru"),
    ("me.com", "icloud.com"),
    ("mac.com", "icloud.com"),
    ("protonmail.com", "proton.me"),
    ("pm.me", "proton.me"),
];

/// Mailbox names of roles in the languages of the product.
static ROLES: Words = Words::new(|| {
    words(
        "\
    abuse accounting accounts admin administracija administration administrator ajanlat \
    ajanlatkeres apkalposana bank bestellung billing birojs booking bookings buchhaltung \
    bugalteria buh buhgalter buhgalteria business buyer careers cash client clients commerce \
    commercial contact contacts contactus crm customer customercare customers customerservice \
    delivery director direktor dispatch ekonomists enquiries enquiry ertekesites export feedback \
    finance gramatvediba hello help helpdesk hr hotline import inbox info informacija inform \
    inquiries inquiry iroda it job jobs kadri kantselaria kapcsolat kanceleja kasse klient klienti \
    kontakt kontakti kontakty konyveles lead leads logistics logistika mail mailer manager \
    managers marketing media megrendeles menedzser news newsletter noreply office ofis opt order \
    orders otdelprodazh partner partners pasutijumi pasutijums pardosana penzugy pochta post posta \
    postmaster pr press prodazhi prodaji prodazh purchasing quote quotes reception recepcio \
    registratura rendeles reklama request requests reservation reservations root sale sales \
    secretar secretary sekretar sekretariat sekretars serviss service shop snab snabzhenie store \
    supply support szerviz team tender tenders titkarsag torg trade ugyfelszolgalat ugyintezo \
    uzenet veikals verkauf vertrieb web webmaster welcome zakaz zakazy zakupki zamovlennya zayavka \
    zinas zvoni",
    )
});

/// Mailbox names written when there is none to give, at any domain.
static FILLERS: Words = Words::new(|| {
    words(
        "\
    noemail nomail no-email no-mail no_email noaddress nincsemail netpochty notprovided fake dummy \
    qwerty asdf asdfgh qwe asdasd unknown anonymous",
    )
});

/// Junk when it stands on both sides of the `@`, or alone before a public provider.
static THROWAWAY: Words = Words::new(|| {
    words(
        "\
    test testing tests example sample no none na net net-pochty nety nema nemaje nincs nav null \
    nil nope nobody asd abc abv aaa qwe qwerty asdf zzz xxx x a email mail user name foo bar blank \
    empty 123 1234 12345 111",
    )
});

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split_ascii_whitespace().collect()
}

pub(super) fn family(domain: &str) -> &str {
    FAMILIES
        .iter()
        .find(|(alias, _)| *alias == domain)
        .map_or(domain, |(_, family)| family)
}

pub(super) fn is_free(domain: &str) -> bool {
    FREE.contains(domain)
}

/// The large provider whose domain was meant, when `domain` is one typing error away from it.
pub(super) fn misspelled(domain: &str) -> Option<&'static str> {
    let exists = is_free(domain)
        || REAL_NEIGHBOURS.contains(domain)
        || FAMILIES.iter().any(|(alias, _)| *alias == domain)
        || domain.contains("xn--");
    if exists {
        return None;
    }
    let near = |provider: &&str| {
        provider.len().abs_diff(domain.len()) <= 1 && osa_distance(provider, domain) == 1
    };
    LARGE.split_ascii_whitespace().find(near)
}

/// A role, also with a number or a place behind it: `info2`, `office-riga`.
pub(super) fn is_role(local: &str) -> bool {
    /// Shorter ones begin people's mailboxes too: `it.ivanov`.
    const HEAD_MIN: usize = 4;
    let bare = local.trim_end_matches(|c: char| c.is_ascii_digit() || "-_.".contains(c));
    let head = bare
        .split(['-', '_', '.'])
        .next()
        .filter(|head| head.len() >= HEAD_MIN);
    let joined: String = bare.chars().filter(|c| !"-_.".contains(*c)).collect();
    [Some(bare), head, Some(joined.as_str())]
        .into_iter()
        .flatten()
        .any(is_role_name)
}

/// Exactly the name of a role.
pub(super) fn is_role_name(local: &str) -> bool {
    ROLES.contains(local)
}

/// Domains that RFC 2606 sets aside, and names that can hold no mailbox.
pub(super) fn is_reserved(domain: &str) -> bool {
    let top = domain.rsplit('.').next().unwrap_or(domain);
    let second = domain.rsplit('.').nth(1).unwrap_or("");
    matches!(top, "test" | "example" | "invalid" | "localhost" | "local")
        || matches!(second, "example" | "noemail" | "nomail" | "no-email")
        || (matches!(top, "com" | "net" | "org" | "ru" | "lv" | "hu" | "ua") && second == "test")
}

pub(super) fn is_throwaway(name: &str) -> bool {
    THROWAWAY.contains(name)
}

pub(super) fn is_filler(local: &str) -> bool {
    FILLERS.contains(local)
}
