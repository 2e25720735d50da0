using System.Net;
using System.Net.Http.Json;
using System.Text;
using Marketplace.Catalog.Importing;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts.Catalog.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Catalog.Tests;

/// <summary>A file is looked at before anything is changed: what its columns are is guessed, shown, corrected and remembered.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Looking_at_files_first(CatalogHost catalog)
{
    private async Task<ImportDesk> DeskAsync() => new(catalog, await catalog.ShopAsync());

    // As a till writes it: UTF-16, semicolons, its own words, short and wrong numbers. (The shape of the Open Food Facts sample, with a price.)
    private static byte[] FromATill() => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(string.Join("\r\n",
        "code;url;product_name;brands;rayon interne;pv;energy_100g",
        "3017620422003;http://x/1;Pâte à tartiner;Ferrero;Épicerie;4,20;2252.0",
        "00018999;http://x/2;Porridge de Riz;Marks&Spencer;Épicerie;3,10;1431.0",
        "3017620422004;http://x/3;Soupe;Liebig;Épicerie;2,00;188.0",
        "9782070612758;http://x/4;Le Petit Prince;Saint-Exupéry;Livres;6,90;",
        "3564700006061;http://x/5;Essuie-tout;Marque;Maison;2,35;") + "\r\n")];

    [Fact]
    public async Task What_a_file_is_is_guessed_shown_corrected_taken_and_remembered()
    {
        var desk = await DeskAsync();
        var import = await desk.SendAsync(FromATill(), "?preview=true&name=C:%5Ccaisse%5Carticles.csv");
        import.FileName.ShouldBe("articles.csv");
        var seen = import.Preview!;
        (seen.Format.Kind, seen.Format.Encoding, seen.Format.Separator, seen.Format.Header).ShouldBe(("csv", "utf-16", ";", true));
        // "code" by what stands in it, the category by the town's words for it, the price by what amounts look like.
        seen.Format.Columns.ShouldBe(["ean13", "", "title", "brand_author", "category", "price", ""]);
        seen.Missing.ShouldBeEmpty(); // a product is known by its number too
        (seen.Lines, seen.Added, seen.Changed, seen.Unchanged, seen.Rejected).ShouldBe((5, 2, 0, 0, 3));
        seen.Reasons.ShouldBe(new Dictionary<string, int> { ["ean-malformed"] = 1, ["ean-check-digit"] = 1, ["allergens-missing"] = 0 }.Where(r => r.Value > 0)
            .Append(new("net-quantity-missing", 1)).ToDictionary(), ignoreOrder: true);
        seen.Rows.Select(r => (r.Line, r.Effect)).ShouldBe([(2, "rejected"), (3, "rejected"), (4, "rejected"), (5, "added"), (6, "added")]);
        seen.Rows[3].Offer!.ShouldSatisfyAllConditions(o => o.Title.ShouldBe("Le Petit Prince"), o => o.Category.ShouldBe("livres"), o => o.PriceCents.ShouldBe(690));
        (await desk.OffersAsync()).ShouldBeEmpty("nothing is done yet");
        (await desk.StateAsync()).ShouldBe((0, 0));

        // The address is the description, says the shop.
        import = await desk.CorrectAsync(import, seen.Format with { Columns = ["ean13", "description", "title", "brand_author", "category", "price", ""] });
        import.Revision.ShouldBe(1);
        var end = await desk.TakeAsync(import);
        (end.Status, end.Read, end.Added, end.Accepted, end.Unchanged, end.Rejected.Count).ShouldBe(("done", 5, 2, 2, 0, 3));
        (await desk.OffersAsync()).Select(o => (o.Sku, o.Ean13, o.PriceCents)).ShouldBe([("3564700006061", "3564700006061", 235), ("9782070612758", "9782070612758", 690)]);

        var again = await desk.SendAsync(FromATill());
        again.RepeatOf.ShouldNotBeNull();
        again.Preview!.Remembered.ShouldBeTrue();
        again.Preview.Format.Columns[1].ShouldBe("description");
        (again.Preview.Added, again.Preview.Changed, again.Preview.Unchanged, again.Preview.Rejected).ShouldBe((0, 0, 2, 3));
        var before = await desk.StateAsync();
        end = await desk.TakeAsync(again);
        (end.Accepted, end.Unchanged).ShouldBe((0, 2));
        (await desk.StateAsync()).ShouldBe(before);
    }

    // "Fruits frais" is no category here. Its shop says once which one it is; another file of it, with other columns, is read so from the start.
    [Fact]
    public async Task Words_for_categories_that_nobody_knows_are_told_once_each_mapped_and_remembered()
    {
        var desk = await DeskAsync();
        var import = await desk.SendAsync(ImportDesk.Bytes("ref;désignation;rayon;prix;stock\nA1;Lampe;Luminaires;12;1\nA2;Abat-jour;luminaires;8;1\nA3;Roman;Bouquins;9;1\nA4;Vase;Maison;9;1\nA5;Bol;Luminaires;9;1\n"));
        import.Preview!.Families!.Select(f => (f.Written, f.Lines, f.Category)).ShouldBe([("Luminaires", 3, null), ("Bouquins", 1, null)], "whatever its letters");
        (import.Preview.Added, import.Preview.Reasons["category-unknown"]).ShouldBe((1, 4));
        await CatalogHost.ProblemAsync(await desk.PutFormatAsync(import, import.Preview.Format with { Families = new Dictionary<string, string> { ["Luminaires"] = "nulle-part" } }), HttpStatusCode.UnprocessableEntity, "format-invalid");

        import = await desk.CorrectAsync(import, import.Preview.Format with { Families = new Dictionary<string, string> { ["Luminaires"] = "maison", ["Bouquins"] = "livres" } });
        import.Preview!.Families!.Select(f => (f.Written, f.Category)).ShouldBe([("Luminaires", "maison"), ("Bouquins", "livres")]);
        (import.Preview.Added, import.Preview.Rejected).ShouldBe((5, 0));
        (await desk.TakeAsync(import)).Added.ShouldBe(5);
        (await desk.OffersAsync()).Select(o => o.Category).ShouldBe(["maison", "maison", "livres", "maison", "maison"]);

        var other = await desk.SendAsync(ImportDesk.Bytes("code article;libelle;famille;pv ttc\nB1;Lustre;LUMINAIRES;99\nB2;Chaise;Sièges;49\n"));
        other.Preview!.Families!.Select(f => (f.Written, f.Category)).ShouldBe([("LUMINAIRES", "maison"), ("Sièges", null)]);
        (other.Preview.Added, other.Preview.Rejected).ShouldBe((1, 1));
        var elsewhere = await (await DeskAsync()).SendAsync(ImportDesk.Bytes("code article;libelle;famille;pv ttc\nB1;Lustre;LUMINAIRES;99\n"));
        elsewhere.Preview!.Families!.Single().Category.ShouldBeNull("another shop means what it means");
    }

    // "Luminaires" was said to be one thing; "LUMINAIRES" is the same word, and what is said of it last stands, also for the files it was said of first. Unset, it is forgotten.
    [Fact]
    public async Task A_word_that_is_said_to_be_another_category_is_that_one_everywhere_and_unset_it_is_none()
    {
        var desk = await DeskAsync();
        const string first = "ref;désignation;rayon;prix\nA1;Lampe;Luminaires;12\nA2;Bol;Arts de la table;8\n";
        var import = await desk.SendAsync(ImportDesk.Bytes(first));
        await desk.TakeAsync(await desk.CorrectAsync(import, import.Preview!.Format with { Families = new Dictionary<string, string> { ["Luminaires"] = "maison", ["Arts de la table"] = "maison" } }));
        // One that stood there meanwhile says nothing of its own.
        var meanwhile = await desk.SendAsync(ImportDesk.Bytes("code article;designation;rayon;prix\nA9;Lampe;LUMINAIRES;12\n"));

        var other = await desk.SendAsync(ImportDesk.Bytes("code article;libelle;famille;pv ttc\nB1;Lustre;LUMINAIRES;99\n"));
        other.Preview!.Format.Families.ShouldNotBeNull()["LUMINAIRES"].ShouldBe("maison", "under the word as this file writes it");
        other = await desk.CorrectAsync(other, other.Preview.Format with { Families = new Dictionary<string, string>(other.Preview.Format.Families) { ["LUMINAIRES"] = "livres" } });
        other.Preview!.Families!.Single().Category.ShouldBe("livres");
        await desk.TakeAsync(other);
        await desk.TakeAsync(meanwhile);

        async Task<(string, string?)[]> WordsAsync(string file) => [.. (await desk.SendAsync(ImportDesk.Bytes(file))).Preview!.Families!.Select(f => (f.Written, f.Category)).OrderBy(f => f.Written, StringComparer.Ordinal)];
        (await WordsAsync(first)).ShouldBe([("Arts de la table", "maison"), ("Luminaires", "livres")]);

        var unset = await desk.SendAsync(ImportDesk.Bytes("code article;désignation;rayon;prix\nC1;Lampe;lumináires;12\n"));
        unset = await desk.CorrectAsync(unset, unset.Preview!.Format with { Families = unset.Preview.Format.Families!.Where(f => f.Key != "lumináires").ToDictionary() });
        (unset.Preview!.Families!.Single().Category, unset.Preview.Rejected).ShouldBe((null, 1));
        await desk.TakeAsync(unset);
        (await WordsAsync(first)).ShouldBe([("Arts de la table", "maison"), ("Luminaires", null)]);
    }

    // Nobody has typed them, so nobody can take them back: a category that is gone, and as many words as are remembered.
    [Fact]
    public async Task What_is_remembered_of_words_never_stands_in_the_way_of_a_correction()
    {
        var desk = await DeskAsync();
        var known = await CategoryTables.ReadAsync(catalog.Database, TestContext.Current.CancellationToken);
        var tree = known.All.Select(c => known.Find(c.Slug)!).ToArray(); // other tests have offers in more of them than this one's
        (await catalog.Operator.PutAsJsonAsync("/api/v1/categories", tree.Append(new("ephemere", "Éphémère", null, null, "box", 20m, false, false)))).EnsureSuccessStatusCode();
        var many = Enumerable.Range(1, ImportFormat.MostFamilies - 1).ToDictionary(n => $"Mot {n}", _ => "maison");
        var import = await desk.SendAsync(ImportDesk.Bytes("ref;désignation;rayon;prix\nA1;Lampe;Luminaires;\n"));
        await CatalogHost.ProblemAsync(await desk.PutFormatAsync(import, import.Preview!.Format with { Families = new Dictionary<string, string>(many) { ["Un"] = "maison", ["De trop"] = "maison" } }), HttpStatusCode.UnprocessableEntity, "format-invalid");
        await CatalogHost.ProblemAsync(await desk.PutFormatAsync(import, import.Preview.Format with { Families = new Dictionary<string, string> { ["!?"] = "maison" } }), HttpStatusCode.UnprocessableEntity, "format-invalid");
        import = await desk.CorrectAsync(import, import.Preview.Format with { Families = new Dictionary<string, string>(many) { ["Luminaires"] = "ephemere" } });
        import.Preview!.Families!.Single().Category.ShouldBe("ephemere");
        await desk.TakeAsync(import);

        var next = await desk.SendAsync(ImportDesk.Bytes("ref;désignation;rayon;prix\nB1;Lampe;Luminaires;5\nB2;Siège;Sièges;5\n"));
        (await catalog.Operator.PutAsJsonAsync("/api/v1/categories", tree)).EnsureSuccessStatusCode();
        next.Preview!.Format.Families!["Luminaires"].ShouldBe("ephemere");
        next = await desk.CorrectAsync(next, next.Preview.Format with { Families = new Dictionary<string, string>(next.Preview.Format.Families) { ["Sièges"] = "maison" } });
        next.Preview!.Families!.Select(f => (f.Written, f.Category)).ShouldBe([("Luminaires", null), ("Sièges", "maison")]);
        (await desk.TakeAsync(next)).Added.ShouldBe(1);
    }

    // What the commit would refuse is refused when the file is looked at.
    [Fact]
    public async Task A_size_that_is_on_sale_under_another_reference_is_told_before_the_file_is_taken()
    {
        var desk = await DeskAsync();
        await catalog.OfferAsync(desk.Shop, CatalogHost.Define("PULL-M", 1) with { Variant = new("PULL", "M", "bleu") });
        await catalog.OfferAsync(desk.Shop, CatalogHost.Define("PULL-L", 1) with { Variant = new("PULL", "L", "bleu") });
        var lines = new StringBuilder("sku;title;category;price;group;size;colour\n");
        lines.Append("AUTRE-M;Pull;maison;30;PULL;m;BLEU\n"); // there is one
        lines.Append("PULL-L;Pull;maison;30;PULL;XL;bleu\n"); // becomes another size
        for (var i = 0; i < 600; i++)
        {
            lines.Append(System.Globalization.CultureInfo.InvariantCulture, $"T{i:000};Tasse;maison;5;TASSE;T{i:000};rouge\n");
        }
        lines.Append("AUTRE-L;Pull;maison;30;PULL;L;bleu\n"); // whose size is free by then
        lines.Append("TASSE-BIS;Tasse;maison;5;TASSE;t007;rouge\n"); // some hundred lines before
        var import = await desk.SendAsync(ImportDesk.Bytes(lines.ToString()));
        (import.Preview!.Rejected, import.Preview.Reasons["variant-taken"]).ShouldBe((2, 2));
        import.Preview.Rows[0].ShouldSatisfyAllConditions(r => r.Effect.ShouldBe("rejected"), r => r.Detail!.ShouldContain("« m, BLEU » de ce modèle est déjà en vente sous la référence « PULL-M »"));
        var end = await desk.TakeAsync(import);
        end.Rejected.Select(r => (r.Line, r.Reason)).ShouldBe([(2, "variant-taken"), (605, "variant-taken")], "as it was told");
        (end.Added, end.Accepted).ShouldBe((import.Preview.Added, import.Preview.Added + import.Preview.Changed));
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_line_is_told_at_once_and_what_only_follows_from_it_is_not()
    {
        var desk = await DeskAsync();
        var file = ImportDesk.Bytes("sku;ean13;title;category;price;vat_rate;stock\n" +
            "A1;3017620422004;Lampe;cave;gratuit;5;-2\n" + // the price cannot be read: that it is not above zero goes without saying
            ";;;maison;12;20;3\n" +
            "A3;;Lampe;maison;12;20;3\n" +
            "A3;;Lampe;maison;0;20;3\n");
        string[] all =
        [
            "« gratuit » ne peut pas être lu comme un prix en euros. La catégorie « cave » n’existe pas. Le stock ne peut être ni négatif ni aussi grand. 5 n’est pas un taux de TVA en vigueur. La clé de contrôle du code 3017620422004 est fausse.",
            "La référence (sku) manque ou dépasse 64 caractères. Le titre manque ou dépasse 200 caractères.",
        ];
        var import = await desk.SendAsync(file);
        import.Preview!.Rows.Take(2).Select(r => r.Detail).ShouldBe(all);
        import.Preview.Rows[3].Detail!.ShouldStartWith("Le prix doit être supérieur à zéro et d’au plus 100 000 €. ");
        import.Preview.Rows[3].Detail!.Length.ShouldBeGreaterThan(80, "and that its reference stands there twice");
        import.Preview.Reasons.Values.Sum().ShouldBe(3, "a line counts once");

        var end = await desk.TakeAsync(import);
        (end.Added, end.Rejected.Count).ShouldBe((1, 3));
        end.Rejected.Take(2).Select(r => (r.Line, r.Detail)).ShouldBe([(2, all[0]), (3, all[1])]);
        Encoding.UTF8.GetString(await desk.DownloadAsync($"imports/{import.Id}/rejected.csv")).ShouldContain(all[0]); // what comes back has each line once, with everything
    }

    [Fact]
    public async Task Another_text_has_other_columns_and_they_are_guessed_anew()
    {
        var desk = await DeskAsync();
        // Written by an old program: read as Windows writes, its letters are wrong, and only a person sees it.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var import = await desk.SendAsync(Encoding.GetEncoding(850).GetBytes("Référence;Désignation;Catégorie;Prix\nA1;Théière;maison;12\n"));
        import.Preview!.Format.Encoding.ShouldBe("windows-1252");
        import.Preview.Missing.ShouldContain("sku");
        import = await desk.CorrectAsync(import, import.Preview.Format with { Encoding = "ibm850" });
        import.Preview!.Format.Columns.ShouldBe(["sku", "title", "category", "price"]);
        import.Preview.Rows.Single().Offer!.Title.ShouldBe("Théière");
    }

    [Fact]
    public async Task A_file_without_names_is_told_by_what_stands_in_it()
    {
        var desk = await DeskAsync();
        var import = await desk.SendAsync(ImportDesk.Bytes("A-1;9782070612758;Le Petit Prince de Saint-Exupéry;Livres;6,90;5,5\nA-2;3564700006061;Essuie-tout en trois rouleaux;Maison;2,35;20\n"));
        var seen = import.Preview!;
        seen.Format.Header.ShouldBeFalse();
        seen.Format.Columns.ShouldBe(["sku", "ean13", "title", "category", "price", "vat_rate"]);
        (seen.Lines, seen.Added).ShouldBe((2, 2));
        (await desk.TakeAsync(import)).Accepted.ShouldBe(2);
    }

    [Fact]
    public async Task A_price_list_changes_prices_and_nothing_else()
    {
        var desk = await DeskAsync();
        await catalog.OfferAsync(desk.Shop, CatalogHost.Define("A1", 7, 1000, title: "Lampe") with { Description = "En laiton.", Synonyms = ["luminaire"] });
        var import = await desk.SendAsync(ImportDesk.Bytes("Réf;PV TTC\nA1;12,50\nB1;3,00\n"));
        import.Preview!.Missing.ShouldBe(["title", "category"]);
        (import.Preview.Changed, import.Preview.Rejected).ShouldBe((1, 1)); // of B1 nothing is known
        await desk.TakeAsync(import);
        var now = await desk.DefinitionAsync("A1");
        (now.Title, now.Description, now.PriceCents, now.Synonyms!.Single()).ShouldBe(("Lampe", "En laiton.", 1250, "luminaire"));
        (await desk.OffersAsync()).Single().OnHand.ShouldBe(7);
        (await catalog.ScalarAsync<long>("select count(*) from price_changes join offers using (offer_id) where shop_id = $1", desk.Shop.Id.Value)).ShouldBe(2);
    }

    [Theory]
    [InlineData("Réf. interne", "sku"), InlineData("Désignation article", "title"), InlineData("Contenu", "net_quantity"), InlineData("Allerg.", "allergens"), InlineData("Qté rayon", "stock"), InlineData("Rayon", "category")]
    public void Columns_are_known_as_tills_call_them(string name, string field) => ImportColumns.FieldOf(name).ShouldBe(field);

    // The import has read the offer as it was; its shop changes the price before it writes.
    [Fact]
    public async Task What_its_shop_changes_while_a_file_is_taken_is_not_put_back()
    {
        var desk = await DeskAsync();
        await catalog.OfferAsync(desk.Shop, CatalogHost.Define("A1", 7, 1000, title: "Lampe"));
        var import = await desk.SendAsync(ImportDesk.Bytes("Réf;Désignation\nA1;Lampe neuve\n"));
        await using (var session = await catalog.Database.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var transaction = await session.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var change = new Npgsql.NpgsqlCommand("update offers set price_cents = 1500, version = version + 1 where shop_id = $1", session, transaction) { Parameters = { new() { Value = desk.Shop.Id.Value } } };
            (await change.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
            using var answer = await desk.CommitAsync(import, import.Revision);
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            await CatalogHost.EventuallyAsync(async () => await catalog.ScalarAsync<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'select from offers%for no key update'") > 0, "the import waits to write");
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        import = await desk.SettledAsync(import);
        (import.Status, import.Accepted, import.Rejected.Count).ShouldBe(("done", 1, 0));
        var now = await desk.DefinitionAsync("A1");
        (now.Title, now.PriceCents).ShouldBe(("Lampe neuve", 1500));
    }

    [Fact]
    public async Task A_file_that_only_speaks_of_what_is_there_leaves_the_archive_alone()
    {
        var desk = await DeskAsync();
        await catalog.OfferAsync(desk.Shop, CatalogHost.Define("A1", 7, 1000, ean13: "3017620422003"));
        (await desk.Client.DeleteAsync($"/api/v1/shops/{desk.Shop.Slug}/offers/A1")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var import = await desk.SendAsync(ImportDesk.Bytes("Réf;Stock\nA1;4\n"));
        import.Preview!.Reasons.ShouldBe(new Dictionary<string, int> { ["archived"] = 1 });
        (await desk.TakeAsync(import)).Rejected.Single().Reason.ShouldBe("archived");
        (await desk.OffersAsync()).Single().Status.ShouldBe("archived");

        // Of two of one number the one that is sold is meant.
        await catalog.OfferAsync(desk.Shop, CatalogHost.Define("B1", 7, 1100, ean13: "3017620422003"));
        (await desk.TakeAsync(await desk.SendAsync(ImportDesk.Bytes("EAN;Prix TTC\n3017620422003;12,50\n")))).Accepted.ShouldBe(1);
        (await desk.OffersAsync()).Select(o => (o.Sku, o.Status, o.PriceCents)).ShouldBe([("A1", "archived", 1000), ("B1", "active", 1250)]);

        // One that says what it is and for how much puts it on sale again.
        (await desk.TakeAsync(await desk.SendAsync(ImportDesk.Bytes("Réf;Désignation;Prix\nA1;Lampe;9\n")))).Accepted.ShouldBe(1);
        (await desk.OffersAsync()).Select(o => (o.Sku, o.Status, o.PriceCents)).ShouldBe([("A1", "active", 900), ("B1", "active", 1250)]);
    }

    [Fact]
    public async Task A_product_that_is_there_keeps_its_category_where_a_line_names_none()
    {
        var desk = await DeskAsync();
        await catalog.OfferAsync(desk.Shop, CatalogHost.Define("A1", 7, 1000, title: "Lampe"));
        var import = await desk.SendAsync(ImportDesk.Bytes(
            "sku;ean13;title;brand_author;category;description;sale_unit;price_cents;vat_rate;net_quantity;net_unit;allergens;origin;alcohol;condition;synonyms\nA1;;Lampe;;;;piece;1200;;;;;;;;\n"));
        import.Preview!.Changed.ShouldBe(1);
        (await desk.TakeAsync(import)).Accepted.ShouldBe(1);
        var now = await desk.DefinitionAsync("A1");
        (now.Category, now.PriceCents).ShouldBe(("maison", 1200));
    }

    [Fact]
    public async Task What_was_wrong_in_a_reading_that_was_corrected_meanwhile_ends_nothing()
    {
        var desk = await DeskAsync();
        var import = await desk.SendAsync(ImportDesk.Bytes("sku;title;category;price\nA1;Lampe;maison;10\n"));
        (await catalog.ScalarAsync<int>("update imports set status = 'checking', revision = 1 where import_id = $1 returning revision", import.Id)).ShouldBe(1);
        var tables = catalog.Services.GetRequiredService<ImportTables>();
        var older = new ImportJob(import.Id, desk.Shop.Id, "checking", import.CreatedAt, 0, null, 0);
        await tables.EndAsync(older, ImportTrouble.HeaderUnreadable().Fault, TestContext.Current.CancellationToken);
        (await desk.GetAsync(import.Id)).Status.ShouldBe("checking");
        await tables.EndAsync(older with { Revision = 1 }, ImportTrouble.HeaderUnreadable().Fault, TestContext.Current.CancellationToken);
        (await desk.GetAsync(import.Id)).Status.ShouldBe("failed");
    }

    [Fact]
    public async Task Of_the_files_that_a_shop_looks_at_and_leaves_the_newest_stay()
    {
        var desk = await DeskAsync();
        var sent = new List<Contracts.Catalog.Api.Import>();
        for (var i = 0; i <= ImportTables.MostUndecided + 1; i++)
        {
            sent.Add(await desk.SendAsync(ImportDesk.Bytes($"sku;title;category;price\nA{i};Lampe;maison;10\n")));
        }

        var now = new List<string>();
        foreach (var import in sent)
        {
            now.Add((await desk.GetAsync(import.Id)).Status);
        }

        now.ShouldBe(["dropped", "dropped", .. Enumerable.Repeat("preview", ImportTables.MostUndecided)]);
        (await catalog.ScalarAsync<long>("select count(*) from import_parts where import_id = $1", sent[0].Id)).ShouldBe(0);
    }

    [Fact]
    public async Task Those_that_nobody_decided_on_are_forgotten_after_a_week_also_where_no_other_file_comes()
    {
        var desk = await DeskAsync();
        var (left, fresh) = (await desk.SendAsync(ImportDesk.Bytes("sku;title;category;price\nA1;Lampe;maison;10\n")), await desk.SendAsync(ImportDesk.Bytes("sku;title;category;price\nA2;Lampe;maison;10\n")));
        await catalog.ScalarAsync<int>("update imports set created_at = created_at - interval '8 days' where import_id = $1 returning 1", left.Id);
        (await catalog.ScalarAsync<long>("select count(*) from due_work where kind = 'import-sweep' and key = 'sweep'")).ShouldBe(1, "it comes by itself");
        await catalog.ScalarAsync<int>("update due_work set due_at = now() - interval '1 day' where kind = 'import-sweep' returning 1");
        await CatalogHost.EventuallyAsync(async () => await catalog.ScalarAsync<long>("select count(*) from imports where import_id = $1", left.Id) == 0, "it is forgotten");
        (await catalog.ScalarAsync<long>("select count(*) from import_parts where import_id = $1", left.Id)).ShouldBe(0, "and its file");
        (await desk.GetAsync(fresh.Id)).Status.ShouldBe("preview");
    }

    [Fact]
    public async Task A_long_name_is_cut_between_its_letters()
    {
        var desk = await DeskAsync();
        var import = await desk.SendAsync(ImportDesk.Bytes("sku;title;category;price\nA1;Lampe;maison;10\n"), "?preview=true&name=" + Uri.EscapeDataString(new string('a', 199) + "😀.csv"));
        import.FileName.ShouldBe(new string('a', 199));
    }

    [Fact]
    public async Task What_is_committed_is_what_was_seen_and_once()
    {
        var desk = await DeskAsync();
        var import = await desk.SendAsync(ImportDesk.Bytes("sku;title;category;price;stock\nA1;Lampe;maison;10;5\n"));
        var format = import.Preview!.Format;
        await CatalogHost.ProblemAsync(await desk.PutFormatAsync(import, format with { Columns = ["sku", "sku", "", "", ""] }), HttpStatusCode.UnprocessableEntity, "format-column-twice");
        await CatalogHost.ProblemAsync(await desk.PutFormatAsync(import, format with { Columns = ["nom"] }), HttpStatusCode.UnprocessableEntity, "format-invalid");
        var other = await desk.CorrectAsync(import, format with { Columns = ["", "title", "category", "price", "stock"] });
        await CatalogHost.ProblemAsync(await desk.CommitAsync(other, import.Revision), HttpStatusCode.UnprocessableEntity, "import-key-missing");
        other = await desk.CorrectAsync(other, format);
        await CatalogHost.ProblemAsync(await desk.CommitAsync(other, import.Revision), HttpStatusCode.PreconditionFailed, "import-changed");
        await CatalogHost.ProblemAsync(await desk.PutFormatAsync(other, format, import.Revision), HttpStatusCode.PreconditionFailed, "import-changed");
        var presses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => desk.CommitAsync(other, other.Revision)));
        presses.ShouldAllBe(p => p.StatusCode == HttpStatusCode.Accepted);
        var end = await desk.SettledAsync(other);
        (end.Status, end.Read, end.Accepted).ShouldBe(("done", 1, 1));
        (await desk.OffersAsync()).Single().OnHand.ShouldBe(5);
        await CatalogHost.ProblemAsync(await desk.PutFormatAsync(other, format), HttpStatusCode.Conflict, "import-not-open");
        await CatalogHost.ProblemAsync(await desk.Client.DeleteAsync($"{desk.Imports}/{other.Id}"), HttpStatusCode.Conflict, "import-not-open");
    }

    [Fact]
    public async Task What_is_not_wanted_is_dropped_with_its_file_and_seen_by_its_own_shop_only()
    {
        var (desk, other) = (await DeskAsync(), await DeskAsync());
        var import = await desk.SendAsync(ImportDesk.Bytes("sku;title;category;price\nA1;Lampe;maison;10\n"));
        foreach (var address in new[] { "", "/rejected.csv", "/rejected.xlsx" })
        {
            await CatalogHost.ProblemAsync(await other.Client.GetAsync($"{other.Imports}/{import.Id}{address}"), HttpStatusCode.NotFound, "import-not-found");
        }

        await CatalogHost.ProblemAsync(await other.CommitAsync(import), HttpStatusCode.NotFound, "import-not-found");
        await CatalogHost.ProblemAsync(await other.PutFormatAsync(import, import.Preview!.Format), HttpStatusCode.NotFound, "import-not-found");
        await CatalogHost.ProblemAsync(await other.Client.DeleteAsync($"{other.Imports}/{import.Id}"), HttpStatusCode.NotFound, "import-not-found");
        (await desk.Client.DeleteAsync($"{desk.Imports}/{import.Id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await catalog.ScalarAsync<long>("select count(*) from import_parts where import_id = $1", import.Id)).ShouldBe(0);
        await CatalogHost.ProblemAsync(await desk.CommitAsync(import), HttpStatusCode.Conflict, "import-not-open");
        (await desk.OffersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_files_at_once_are_each_taken_whole()
    {
        var desk = await DeskAsync();
        var files = Enumerable.Range(0, 2).Select(f => ImportDesk.Bytes("sku;title;category;price;stock\n" + string.Concat(Enumerable.Range(0, 1200).Select(i => $"L{i};Lampe {f};maison;{f + 1};{f + 3}\n")))).ToList();
        var ends = await Task.WhenAll(files.Select(async f => await desk.TakeAsync(await desk.SendAsync(f))));
        ends.ShouldAllBe(e => e.Status == "done" && e.Read == 1200 && e.Rejected.Count == 0);
        (await catalog.ScalarAsync<long>("select count(*) from offers where shop_id = $1", desk.Shop.Id.Value)).ShouldBe(1200);
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_file_that_is_cut_off_says_on_which_line()
    {
        var desk = await DeskAsync();
        var import = await desk.SendAsync(ImportDesk.Bytes("sku;title;category;price;stock\nA1;Lampe;maison;10;5\nA2;Lampe;maison;1"));
        import.Preview!.Rows.Select(r => (r.Line, r.Effect, r.Reason)).ShouldBe([(2, "added", null), (3, "rejected", "line-incomplete")]);
    }
}
