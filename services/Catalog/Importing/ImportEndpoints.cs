using Marketplace.Catalog.Display;
using Marketplace.Catalog.Exporting;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Catalog.Importing;

/// <summary>Files of offers: taken in at once, read in the background; with a preview, only once somebody has seen it.</summary>
internal static class ImportEndpoints
{
    private const int LongestName = 200;

    private static readonly string[] Plain =
    [
        "text/csv", "application/csv", "text/plain", "application/vnd.ms-excel", "application/octet-stream", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip",
    ];

    internal static void MapImports(this RouteGroupBuilder api)
    {
        var imports = api.MapGroup("/shops/{shop}/imports");
        imports.MapPost("/", PostAsync).RequireShop("offers:write", ShopRole.Staff).Produces<Import>(StatusCodes.Status202Accepted)
            .WithMetadata(new RequestSizeLimitAttribute(Import.MostBytes))
            .WithMetadata(new StreamedBody("CSV or XLSX with a header line: columns by our names or by those that tills use", "text/csv",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "multipart/form-data"));
        imports.MapGet("/", ListAsync).RequireShop("offers:write", ShopRole.ReadOnly).Produces<ImportList>();
        imports.MapGet("/{id:guid}", GetAsync).RequireShop("offers:write", ShopRole.ReadOnly).Produces<Import>();
        imports.MapPut("/{id:guid}/format", PutFormatAsync).RequireShop("offers:write", ShopRole.Staff).ReadsIfMatch("the reading (the import’s revision)").Produces<Import>(StatusCodes.Status202Accepted).ProducesProblem(409);
        imports.MapPost("/{id:guid}/commit", CommitAsync).RequireShop("offers:write", ShopRole.Staff).ReadsIfMatch("the reading (the import’s revision)").Produces<Import>(StatusCodes.Status202Accepted).ProducesProblem(409);
        imports.MapDelete("/{id:guid}", DropAsync).RequireShop("offers:write", ShopRole.Staff).Produces(StatusCodes.Status204NoContent).ProducesProblem(409);
        imports.MapGet("/{id:guid}/rejected.csv", (Guid id, HttpContext http, RejectedLines lines, CancellationToken token) => lines.WriteAsync(http, id, TableFiles.Csv, token))
            .RequireShop("offers:write", ShopRole.ReadOnly).Produces<string>(StatusCodes.Status200OK, "text/csv");
        imports.MapGet("/{id:guid}/rejected.xlsx", (Guid id, HttpContext http, RejectedLines lines, CancellationToken token) => lines.WriteAsync(http, id, TableFiles.Xlsx, token))
            .RequireShop("offers:write", ShopRole.ReadOnly).Produces<string>(StatusCodes.Status200OK, TableFiles.XlsxType);
        api.MapGet("/shops/{shop}/export.csv", (HttpContext http, OfferExport export, CancellationToken token) => export.WriteAsync(http, TableFiles.Csv, token))
            .RequireShop("offers:read", ShopRole.ReadOnly).Produces<string>(StatusCodes.Status200OK, "text/csv");
        api.MapGet("/shops/{shop}/export.xlsx", (HttpContext http, OfferExport export, CancellationToken token) => export.WriteAsync(http, TableFiles.Xlsx, token))
            .RequireShop("offers:read", ShopRole.ReadOnly).Produces<string>(StatusCodes.Status200OK, TableFiles.XlsxType);
    }

    private static async Task<IResult> PostAsync(HttpContext context, ImportTables tables, bool? preview, string? name, CancellationToken token)
    {
        var shop = context.GetShop();
        var (file, called) = await FileAsync(context.Request, token);
        Guid? id;
        try
        {
            id = file is null ? null : await tables.ReceiveAsync(shop, file, NameOf(name ?? called), preview ?? false, token);
        }
        catch (IOException broken) when (broken is not BadHttpRequestException && !token.IsCancellationRequested)
        {
            throw Malformed(); // cut off in its middle: what came of it is no file
        }

        return id is { } import
            ? Results.Accepted($"/api/v1/shops/{shop.Slug}/imports/{import}", await tables.FindAsync(shop, import, context.PrefersEnglish(), token))
            : throw Refusal.Invalid("import-empty", "Le fichier est vide.", "The file is empty.");
    }

    private static async Task<Import> GetAsync(Guid id, HttpContext context, ImportTables tables, CancellationToken token) =>
        await tables.FindAsync(context.GetShop(), id, context.PrefersEnglish(), token) ?? throw Unknown();

    private static Task<ImportList> ListAsync(HttpContext context, ImportTables tables, CancellationToken token) => tables.ListAsync(context.GetShop(), context.PrefersEnglish(), token);

    private static async Task<IResult> PutFormatAsync(Guid id, ImportFormat format, HttpContext context, ImportTables tables, OfferDisplay display, CancellationToken token)
    {
        var import = await GetAsync(id, context, tables, token);
        if (import.Preview is not { } preview)
        {
            throw NotOpen();
        }

        var said = CategoryNames.Said(format.Families, preview.Format.Families);
        if (Wrong(format, said, preview, display) is { } wrong)
        {
            throw wrong;
        }

        // Another text has other columns: they are guessed anew, and corrected next.
        var sameText = format.Encoding == preview.Format.Encoding && format.Separator == preview.Format.Separator && format.Header == preview.Format.Header;
        var seen = Seen(context);
        if (!await tables.SetFormatAsync(context.GetShop(), id, (sameText ? format : format with { Columns = [] }) with { Families = said }, seen, token))
        {
            throw Changed(await GetAsync(id, context, tables, token), seen);
        }

        return Results.Accepted(null, await GetAsync(id, context, tables, token));
    }

    private static async Task<IResult> CommitAsync(Guid id, HttpContext context, ImportTables tables, CancellationToken token)
    {
        var import = await GetAsync(id, context, tables, token);
        if (import.Status is "queued" or "running" or "done" or "failed")
        {
            return Results.Accepted(null, import); // pressed twice
        }

        if (import.Status != "preview" || import.Preview is not { } preview)
        {
            throw NotOpen();
        }

        if (!preview.Format.Columns.Contains("sku") && !preview.Format.Columns.Contains("ean13"))
        {
            throw Refusal.Invalid("import-key-missing", "Dites quelle colonne porte la référence ou le code EAN : sans elle, on ne sait pas de quel produit parle une ligne.",
                "Say which column holds the reference or the EAN: without it nobody knows which product a line speaks of.");
        }

        var seen = Seen(context) ?? import.Revision;
        if (!await tables.CommitAsync(context.GetShop(), id, preview, seen, token) && await GetAsync(id, context, tables, token) is { Status: "checking" or "preview" or "dropped" } now)
        {
            throw Changed(now, seen);
        }

        return Results.Accepted(null, await GetAsync(id, context, tables, token));
    }

    private static async Task<IResult> DropAsync(Guid id, HttpContext context, ImportTables tables, CancellationToken token)
    {
        if (!await tables.DropAsync(context.GetShop(), id, token))
        {
            await GetAsync(id, context, tables, token);
            throw NotOpen();
        }

        return Results.NoContent();
    }

    // Of the words for categories only what was said now: what was remembered nobody has typed.
    private static Refusal? Wrong(ImportFormat format, IReadOnlyDictionary<string, string> said, ImportPreview preview, OfferDisplay display)
    {
        var csv = preview.Format.Kind == FileKinds.Csv;
        var fields = format.Columns.Where(c => c.Length > 0).ToList();
        return format.Kind != preview.Format.Kind || format.Columns.Count > ImportLines.MostColumns || fields.Exists(f => !ImportFormat.Fields.Contains(f))
                || (csv && (!ImportFormat.Encodings.Contains(format.Encoding) || !ImportFormat.Separators.Contains(format.Separator))) || (format.Category is { } category && display.Categories.Find(category) is null)
                || said.Count(f => f.Value.Length > 0) > ImportFormat.MostFamilies || said.Any(f => f.Key.Length > ImportFormat.LongestFamily || f.Value.Length > 0 && (f.Key.Length == 0 || display.Categories.Find(f.Value) is null))
            ? Refusal.Invalid("format-invalid", "Cette façon de lire le fichier n’existe pas.", "There is no such way to read the file.")
            : fields.Count != fields.Distinct().Count()
                ? Refusal.Invalid("format-column-twice", "Deux colonnes du fichier ont reçu le même rôle : gardez-en une.", "Two columns of the file have been given the same part: keep one of them.")
                : null;
    }

    private static int? Seen(HttpContext context) => (int?)ETags.Expected(context.Request);

    private static Refusal Changed(Import now, int? seen) => now.Status is "checking" or "preview" && seen is not null && seen != now.Revision
        ? new("import-changed", StatusCodes.Status412PreconditionFailed, "La lecture de ce fichier a été corrigée entre-temps : regardez l’aperçu à nouveau.",
            "How this file is read has been corrected meanwhile: look at the preview again.")
        : NotOpen();

    private static Refusal NotOpen() => new("import-not-open", StatusCodes.Status409Conflict, "Cet import n’attend plus d’accord : il est abandonné, en cours ou terminé.",
        "This import no longer waits for consent: it is dropped, under way or over.");

    private static Refusal Unknown() => Refusal.NotFound("import", "Cet import n’existe pas.", "There is no such import.");

    // Only to be shown: without a path, in one line.
    private static string? NameOf(string? name)
    {
        var bare = new string([.. (name ?? "").Split('/', '\\')[^1].Where(c => !char.IsControl(c))]).Trim();
        return bare.Length == 0 ? null : bare.AtMost(LongestName);
    }

    private static async Task<(Stream? File, string? Name)> FileAsync(HttpRequest request, CancellationToken token)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw Unsupported();
        }

        if (Plain.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
        {
            return (request.Body, null);
        }

        if (!type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary)
        {
            throw Unsupported();
        }

        var parts = new MultipartReader(boundary, request.Body);
        try
        {
            while (await parts.ReadNextSectionAsync(token) is { } section)
            {
                if (section.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition())
                {
                    return (section.Body, (disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName)).Value);
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw Malformed();
        }

        return (null, null);
    }

    private static Refusal Malformed() => new("malformed", StatusCodes.Status400BadRequest, "Le formulaire envoyé est illisible.", "The form sent cannot be read.");

    private static Refusal Unsupported() => new("unsupported-media-type", StatusCodes.Status415UnsupportedMediaType,
        "Envoyez un fichier CSV ou XLSX (text/csv par exemple, ou un formulaire avec un fichier).", "Send a CSV or XLSX file (text/csv for example, or a form with a file).");
}
