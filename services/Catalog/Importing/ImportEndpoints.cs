using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Catalog.Importing;

/// <summary>Files of offers: taken in at once, read in the background.</summary>
internal static class ImportEndpoints
{
    private static readonly string[] Plain = ["text/csv", "application/csv", "text/plain", "application/vnd.ms-excel", "application/octet-stream"];

    internal static void MapImports(this RouteGroupBuilder api)
    {
        var imports = api.MapGroup("/shops/{shop}/imports");
        imports.MapPost("/", PostAsync).RequireShop("offers:write", ShopRole.Staff).Produces<Import>(StatusCodes.Status202Accepted)
            .WithMetadata(new RequestSizeLimitAttribute(Import.MostBytes))
            .WithMetadata(new StreamedBody("CSV with a header line: columns by our names or by those that tills use", "text/csv", "multipart/form-data"));
        imports.MapGet("/{id:guid}", GetAsync).RequireShop("offers:write", ShopRole.ReadOnly).Produces<Import>();
    }

    private static async Task<IResult> PostAsync(HttpContext context, ImportTables tables, CancellationToken token)
    {
        var shop = context.GetShop();
        var file = await FileAsync(context.Request, token);
        var id = file is null ? null : await tables.ReceiveAsync(shop, file, token);
        return id is { } import
            ? Results.Accepted($"/api/v1/shops/{shop.Slug}/imports/{import}", await tables.FindAsync(shop, import, context.PrefersEnglish(), token))
            : throw Refusal.Invalid("import-empty", "Le fichier est vide.", "The file is empty.");
    }

    private static async Task<Import> GetAsync(Guid id, HttpContext context, ImportTables tables, CancellationToken token) =>
        await tables.FindAsync(context.GetShop(), id, context.PrefersEnglish(), token) ?? throw Refusal.NotFound("import", "Cet import n’existe pas.", "There is no such import.");

    private static async Task<Stream?> FileAsync(HttpRequest request, CancellationToken token)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw Unsupported();
        }

        if (Plain.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
        {
            return request.Body;
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
                if (section.GetContentDispositionHeader()?.IsFileDisposition() == true)
                {
                    return section.Body;
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new Refusal("malformed", StatusCodes.Status400BadRequest, "Le formulaire envoyé est illisible.", "The form sent cannot be read.");
        }

        return null;
    }

    private static Refusal Unsupported() => new("unsupported-media-type", StatusCodes.Status415UnsupportedMediaType,
        "Envoyez un fichier CSV (text/csv, ou un formulaire avec un fichier).", "Send a CSV file (text/csv, or a form with a file).");
}
