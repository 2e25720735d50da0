using System.Globalization;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Storefront.Merchants.Imports;

/// <summary>What the pages of files show.</summary>
public static class ImportPages
{
    public sealed record UploadModel(ProShop Shop, IReadOnlyList<Import> Last, string? Wrong, bool Dropped);

    /// <param name="Format">As it was last said, or typed in a form that was refused.</param>
    public sealed record Model(ProShop Shop, Import Import, ImportFormat? Format, CategoryTree Categories, string? Wrong, bool Corrected);

    public sealed record Form
    {
        public string? Revision { get; set; }
        public string? Encodage { get; set; }
        public string? Separateur { get; set; }
        public string? Entete { get; set; }
        public string? Categorie { get; set; }
        public string? Action { get; set; }
    }
}

/// <summary>
/// <c>/pro/{shop}/import</c>: a file of products is sent, looked at, its reading corrected, taken; and what the shop has is taken out as a file. One address per file says
/// at any time how it stands.
/// </summary>
internal sealed class ImportDesk(ShopImportsClient imports, TownDirectory directory, Ui ui)
{
    internal static string Address(ProShop shop, Guid import) => $"/pro/{shop.Slug}/import/{import}";

    internal async Task<IResult> UploadPageAsync(HttpContext http, string? wrong, int status, CancellationToken token, bool dropped = false) =>
        Page.Of<ImportPage, ImportPages.UploadModel>(new ImportPages.UploadModel(http.ProShop(), await imports.ListAsync(http.ProShop().Slug, token), wrong, dropped), status);

    internal async Task<IResult> PageAsync(HttpContext http, Guid id, CancellationToken token, ImportFormat? typed = null, string? wrong = null, bool corrected = false)
    {
        if (await imports.FindAsync(http.ProShop().Slug, id, token) is not { Status: not "dropped" } import)
        {
            return Trouble.NotFound(null);
        }
        return Page.Of<ImportedPage, ImportPages.Model>(new ImportPages.Model(http.ProShop(), import, typed ?? import.Preview?.Format, await directory.CategoriesAsync(token), wrong, corrected),
            wrong is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>What was typed decides, whichever button was pressed: what nobody has seen yet is shown first.</summary>
    internal async Task<IResult> SaveAsync(HttpContext http, Guid id, ImportPages.Form form, CancellationToken token)
    {
        var shop = http.ProShop();
        if (await imports.FindAsync(shop.Slug, id, token) is not { } import)
        {
            return Trouble.NotFound(null);
        }
        if (import is not { Status: "preview", Preview: { } preview })
        {
            return new SeeOther(Address(shop, id)); // taken, dropped or looked at again meanwhile: the page says so
        }
        var typed = Typed(http.Request.Form["Colonne"], form, preview.Format) with { Families = Families(http.Request.Form["Famille"], http.Request.Form["Rayon"], preview.Format.Families) };
        var seen = int.TryParse(form.Revision, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : import.Revision;
        var changed = !Same(typed, preview.Format);
        var answer = changed || form.Action != "importer" ? await imports.SetFormatAsync(shop.Slug, id, typed, seen, token) : await imports.CommitAsync(shop.Slug, id, seen, token);
        return answer.Ok ? new SeeOther(Address(shop, id) + (changed ? "?fait=lecture" : ""))
            : await PageAsync(http, id, token, typed, answer.Problem!.Detail ?? ui["pro.import.refused"]);
    }

    internal async Task<IResult> DropAsync(HttpContext http, Guid id, CancellationToken token)
    {
        var answer = await imports.DropAsync(http.ProShop().Slug, id, token);
        return answer.Problem?.Code == "import-not-found" ? Trouble.NotFound(null)
            : new SeeOther(answer.Ok ? $"/pro/{http.ProShop().Slug}/import?fait=abandon" : Address(http.ProShop(), id));
    }

    private static ImportFormat Typed(StringValues columns, ImportPages.Form form, ImportFormat before) => before with
    {
        Columns = [.. before.Columns.Select((was, i) => i < columns.Count ? columns[i] ?? "" : was)],
        Encoding = before.Kind == "csv" && ImportFormat.Encodings.Contains(form.Encodage) ? form.Encodage : before.Encoding,
        Separator = before.Kind == "csv" && Separators.FirstOrDefault(s => s.Name == form.Separateur).Value is { } separator ? separator : before.Separator,
        Header = form.Entete is null ? before.Header : form.Entete == "oui",
        Category = string.IsNullOrEmpty(form.Categorie) ? null : form.Categorie,
    };

    // What is said of the words of this file, beside what the shop has said of those of others.
    private static Dictionary<string, string>? Families(StringValues written, StringValues chosen, IReadOnlyDictionary<string, string>? before)
    {
        var families = new Dictionary<string, string>(before ?? new Dictionary<string, string>());
        for (var i = 0; i < Math.Min(written.Count, chosen.Count); i++)
        {
            if (written[i] is { Length: > 0 and <= ImportFormat.LongestFamily } word)
            {
                families.Remove(word);
                if (chosen[i] is { Length: > 0 } category)
                {
                    families[word] = category;
                }
            }
        }
        return families.Count == 0 && before is null ? null : families;
    }

    private static bool Same(ImportFormat one, ImportFormat other) => one.Columns.SequenceEqual(other.Columns) && Same(one.Families, other.Families) && one with { Columns = other.Columns, Families = other.Families } == other;

    private static bool Same(IReadOnlyDictionary<string, string>? one, IReadOnlyDictionary<string, string>? other) =>
        (one?.Count ?? 0) == (other?.Count ?? 0) && one?.All(f => other!.TryGetValue(f.Key, out var same) && same == f.Value) != false;

    /// <summary>Under names: a tab is lost in many a form.</summary>
    internal static readonly (string Name, string Value)[] Separators = [("point-virgule", ";"), ("virgule", ","), ("tabulation", "\t"), ("barre", "|")];
}

internal static class Importing
{
    internal static void MapImports(this RouteGroupBuilder shop)
    {
        shop.MapGet("/import", (HttpContext http, ImportDesk desk, string? fait, CancellationToken token) => desk.UploadPageAsync(http, null, StatusCodes.Status200OK, token, fait == "abandon"));
        shop.MapPost(Uploading.Place, Uploading.SendAsync).TakesFiles();
        shop.MapGet("/import/{import:guid}", (Guid import, HttpContext http, ImportDesk desk, string? fait, CancellationToken token) => desk.PageAsync(http, import, token, corrected: fait == "lecture"));
        shop.MapPost("/import/{import:guid}", ([FromForm] ImportPages.Form form, Guid import, HttpContext http, ImportDesk desk, CancellationToken token) => desk.SaveAsync(http, import, form, token));
        shop.MapPost("/import/{import:guid}/abandon", (Guid import, HttpContext http, ImportDesk desk, CancellationToken token) => desk.DropAsync(http, import, token));
        shop.MapGet("/import/{import:guid}/suivi", FollowAsync);
        foreach (var kind in (string[])["csv", "xlsx"])
        {
            shop.MapGet($"/import/{{import:guid}}/rejets.{kind}", (Guid import, HttpContext http, ShopImportsClient imports, Ui ui, CancellationToken token) =>
                PassOnAsync(http, imports, ShopImportsClient.Rejected(http.ProShop().Slug, import, kind), ui, token));
            shop.MapGet($"/export.{kind}", (HttpContext http, ShopImportsClient imports, Ui ui, CancellationToken token) =>
                PassOnAsync(http, imports, ShopImportsClient.Export(http.ProShop().Slug, kind), ui, token));
        }
    }

    // For the script: how far it is.
    private static async Task<IResult> FollowAsync(Guid import, HttpContext http, ShopImportsClient imports, Ui ui, CancellationToken token)
    {
        try
        {
            return await imports.FindAsync(http.ProShop().Slug, import, token) is { } now
                ? Results.Json(new { over = !now.IsUnderWay(), done = now.Done(), of = now.Lines, said = now.Said(ui) })
                : Results.NotFound();
        }
        catch (ServiceUnavailable)
        {
            // Asked each second while Catalog restarts: the page says so, and that is no failure of its own.
            return Results.Json(new { over = false, done = (int?)null, of = (int?)null, said = ui["pro.import.away"] });
        }
    }

    private static async Task<IResult> PassOnAsync(HttpContext http, ShopImportsClient imports, string path, Ui ui, CancellationToken token)
    {
        using var file = await imports.DownloadAsync(path, ui.Code, token);
        if (!file.IsSuccessStatusCode)
        {
            return Trouble.NotFound(null);
        }
        http.Response.ContentType = file.Content.Headers.ContentType?.ToString();
        http.Response.Headers.ContentDisposition = file.Content.Headers.ContentDisposition?.ToString();
        try
        {
            await file.Content.CopyToAsync(http.Response.Body, token);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            http.Abort(); // cut off, and seen to be
        }
        return Results.Empty;
    }

    internal static bool IsUnderWay(this Import import) => import.Status is "checking" or "queued" or "running";

    internal static int Done(this Import import) => import.Status == "checking" ? import.Lines ?? 0 : import.Read;

    internal static string Said(this Import import, Ui ui) => import.Status switch
    {
        "checking" => ui.Count("pro.import.checking", import.Lines ?? 0),
        "queued" => ui["pro.import.queued"],
        _ when import.Lines is { } lines and > 0 => ui.Count("pro.import.running.of", lines, ui.Number(import.Read)),
        _ => ui.Count("pro.import.running", import.Read),
    };
}
