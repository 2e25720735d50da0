using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Shops;
using Marketplace.ServiceDefaults;

namespace Marketplace.Merchants.Joining;

/// <summary>A shop asks to come in: the draft, its owner and the application are written together, so that products and hours can be prepared while it waits.</summary>
internal static class Applying
{
    private const int MostPending = 5;
    private static readonly SlotRules FirstSlots = new(30, 4, 60);

    /// <param name="town">Where the shop is to come in.</param>
    public static ShopApplication Check(ShopApplication application, TownRecord town, DateOnly today)
    {
        var clean = application with
        {
            Siret = Compact(application.Siret),
            ActivityCode = ActivityOf(Compact(application.ActivityCode)),
            Phone = application.Phone.Trim(),
            Email = application.Email.Trim(),
        };
        ShopRules.CheckAll(
        [
            () => ShopRules.CheckPhone(clean.Phone),
            () => ShopRules.CheckName(clean.LegalName, "legalName"),
            () => ShopRules.CheckName(clean.LegalForm, "legalForm"),
            () => Demand(clean.Terms == MerchantTerms.Current, "terms-not-accepted", "terms", "Lisez et acceptez les conditions en vigueur.", "Read and accept the terms in force."),
            () => Demand(clean.Language is "fr" or "en", "bad-language", "language", "La langue est fr ou en.", "The language is fr or en."),
            .. ShopRules.RulesOf(Define(clean, "a-definir", clean.Description)),
            () => Whereabouts.CheckPostcode([town], clean.Postcode.Trim(), today),
            () => Whereabouts.CheckPosition([town], clean.Position),
        ]);
        return clean;
    }

    /// <summary>Returns the shop's slug, and whether it is new.</summary>
    public static async Task<(string Slug, bool IsNew)> ApplyAsync(DirectoryChange change, string town, ShopApplication application, string applicant)
    {
        if (await OwnDraftAsync(change, change.Before.Shops.Values.Where(s => s.Towns.Contains(town) && s.Definition.Legal.Siret == application.Siret), applicant) is var (known, row))
        {
            await AgainAsync(change, known, row, application, applicant);
            return (known.Slug, false);
        }

        if (await change.ReadAsync<int>("select count(*)::int from applications where applicant = @applicant and state = 'pending'", new { applicant }) >= MostPending)
        {
            throw new Refusal("too-many-applications", StatusCodes.Status409Conflict,
                "Cinq de vos demandes attendent déjà une réponse.", "Five of your applications are already waiting for an answer.");
        }

        var shop = new ShopRecord(ShopId.New(), [town], ShopStatus.Draft, Define(application, await FreeSlugAsync(change, application.Name, town), application.Description), [], 1);
        await ShopWriting.SaveAsync(change, null, shop);
        await change.WriteAsync("insert into staff (shop_id, email, role) values (@shop, @applicant, 'owner')", new { shop = shop.Id.Value, applicant });
        await PutAsync(change, shop.Id, town, application, applicant);
        await Letters.TellTownAsync(change, shop.Id, town);
        return (shop.Slug, true);
    }

    // The applicant's own draft of the number, the one that waits before one that was refused. A refused draft of somebody else is in nobody's way: what was
    // prepared in it, its keys and its people stay theirs, and who asks begins with a draft of their own.
    private static async Task<(ShopRecord Shop, ApplicationRow Row)?> OwnDraftAsync(DirectoryChange change, IEnumerable<ShopRecord> ofTheNumber, string applicant)
    {
        (ShopRecord Shop, ApplicationRow Row)? own = null;
        foreach (var shop in ofTheNumber)
        {
            var row = await change.ReadAsync<ApplicationRow>(ApplicationRow.Select + " where a.shop_id = @shop", new { shop = shop.Id.Value });
            var role = await change.ReadAsync<string>("select role from staff where shop_id = @shop and email = @applicant", new { shop = shop.Id.Value, applicant });
            if (row is not null && role == "owner" && row.State != ApplicationRow.Approved)
            {
                own = own is null || row.State == ApplicationRow.Pending ? (shop, row) : own;
            }
            else if (row?.State != ApplicationRow.Refused)
            {
                throw new Refusal("siret-taken", StatusCodes.Status409Conflict,
                    "Une boutique de la ville porte déjà ce SIRET. Si c’est la vôtre, demandez à son propriétaire ou à la coordination de vous ajouter.",
                    "A shop of this town has this SIRET already. If it is yours, ask its owner or the coordination to add you.").With("field", "siret");
            }
        }

        return own;
    }

    // Its owner corrects what waits, or asks anew after a refusal; what the application does not say, and hours that were prepared since, stay. The same again,
    // a button pressed twice, is nothing new.
    private static async Task AgainAsync(DirectoryChange change, ShopRecord known, ApplicationRow row, ShopApplication application, string applicant)
    {
        var before = known.Definition;
        var definition = Define(application, known.Slug, application.Description with { En = application.Description.En ?? before.Description.En }) with
        {
            Owner = before.Owner,
            Hours = before.Hours.Days.Count > 0 ? before.Hours : application.Hours,
            Slots = before.Slots,
            Demo = before.Demo,
            KeepsPoint = before.KeepsPoint,
        };
        if (row.State == ApplicationRow.Pending && Stored.Write(definition) == Stored.Write(before))
        {
            return;
        }

        await PutAsync(change, known.Id, row.Town, application, applicant);
        if (row.State != ApplicationRow.Pending)
        {
            await Letters.TellTownAsync(change, known.Id, row.Town); // what is corrected while it waits has been told
        }

        await ShopWriting.ChangeAsync(change, known.Slug, s => (definition, s.Exceptions));
    }

    private static async Task PutAsync(DirectoryChange change, ShopId shop, string town, ShopApplication application, string applicant)
    {
        await change.WriteAsync(
            """
            insert into applications (shop_id, town, applicant, language, state, terms, terms_at, asked_at, version)
            values (@shop, @town, @applicant, @Language, 'pending', @Terms, @Now, @Now, 1)
            on conflict (shop_id) do update set applicant = excluded.applicant, language = excluded.language, state = 'pending', reason = null, terms = excluded.terms,
                terms_at = excluded.terms_at, asked_at = case applications.state when 'pending' then applications.asked_at else excluded.asked_at end,
                decided_at = null, version = applications.version + 1
            """,
            new { shop = shop.Value, town, applicant, application.Language, application.Terms, change.Now });
        var row = await change.ReadAsync<ApplicationRow>(ApplicationRow.Select + " where a.shop_id = @shop", new { shop = shop.Value });
        await Letters.ConfirmAsync(change, shop, row!);
    }

    private static ShopDefinition Define(ShopApplication a, string slug, Text description) => new(
        slug, a.Name.Trim(), a.Kind.Trim(), description, null, a.Street.Trim(), a.Postcode.Trim(), a.City.Trim(), a.Position, a.Phone, a.Email, a.Hours, FirstSlots,
        new ShopLegal(a.Siret, a.LegalForm.Trim(), a.VatExempt || !Siret.IsValid(a.Siret) ? null : VatNumber.Of(a.Siret), a.VatExempt, a.ActivityCode, "NAFRev2", a.LegalName.Trim()),
        Demo: false, Published: false);

    // "Le Fournil" is le-fournil, then le-fournil-vienne, then with a number: slots and orders bear it for good.
    private static async Task<string> FreeSlugAsync(DirectoryChange change, string name, string town)
    {
        var stem = Slug.Fold(name).Replace(' ', '-');
        stem = stem.Length < 2 ? "boutique" : stem[..Math.Min(stem.Length, 40)].Trim('-');
        stem = Slug.IsValid(stem) ? stem : "boutique";
        for (var n = 0; ; n++)
        {
            var slug = n switch { 0 => stem, 1 => $"{stem}-{town}"[..Math.Min(stem.Length + 1 + town.Length, Slug.MaxLength)].Trim('-'), _ => $"{stem}-{n}" };
            if (await change.ReadAsync<string>("select slug from place_slugs where slug = @slug", new { slug }) is null)
            {
                return slug;
            }
        }
    }

    private static string Compact(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    /// <summary>Written 1071C or 10.71c as often as 10.71C.</summary>
    private static string ActivityOf(string code) => (code.Length == 5 && code[2] != '.' ? code[..2] + "." + code[2..] : code).ToUpperInvariant();

    private static void Demand(bool holds, string code, string field, string sentence, string english)
    {
        if (!holds)
        {
            throw Refusal.Invalid(code, sentence, english).With("field", field);
        }
    }
}
