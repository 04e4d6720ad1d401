"""The six demo logins (docs: "Demo logins"); none of them exists outside the demo."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from members.models import Organisation, OrganisationUser, User

DOMAIN = "demo.example"
STAFF = {
    "redaktion": ("Rita Redaktion", User.REDAKTION),
    "freigabe": ("Frida Freigabe", User.FREIGABE),
    "vergabe": ("Vera Vergabe", User.VERGABE),
    "leitung": ("Lena Leitung", User.LEITUNG),
}
OUTSIDE = {
    "kommune": ("Kai Kommune", "beispielstadt"),
    "anbieter": ("Anna Anbieter", "beispiel-software"),
}


def add_people(password: str) -> tuple[dict[str, User], int]:
    """All six by the name before the @, and how many are new. An account that exists keeps what people changed."""
    names = {**STAFF, **OUTSIDE}
    emails = {f"{login}@{DOMAIN}": login for login in names}
    people = {emails[user.email]: user for user in User.objects.filter(email__in=emails)}
    missing = [login for login in names if login not in people]
    hashed = make_password(password) if missing else ""  # once: a hash takes half a second by design
    for login in missing:
        people[login] = _add(login, names[login][0], hashed)
    return people, len(missing)


def _add(login: str, name: str, hashed: str) -> User:
    user = User.objects.create(email=f"{login}@{DOMAIN}", password=hashed, name=name, is_staff=login in STAFF)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if login in STAFF:
        user.groups.add(Group.objects.get_or_create(name=STAFF[login][1])[0])
    return user


def let_people_act(new: set[str], people: dict[str, User]) -> None:
    """The logins of outside answer for the examples' organisations; only those given in `new` organisations."""
    organisations = {row.slug: row for row in Organisation.objects.filter(slug__in=new)}
    for login, (_, slug) in OUTSIDE.items():
        if slug in organisations:
            OrganisationUser.objects.get_or_create(
                organisation=organisations[slug], user=people[login], defaults={"role": OrganisationUser.Role.OWNER}
            )
