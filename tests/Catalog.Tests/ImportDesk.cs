using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Tests;

/// <summary>A shop that sends files and reads what becomes of them.</summary>
internal sealed class ImportDesk(CatalogHost catalog, ShopEntry shop)
{
    internal ShopEntry Shop { get; } = shop;
    internal HttpClient Client { get; } = catalog.Operator;
    internal string Imports => $"/api/v1/shops/{Shop.Slug}/imports";

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    internal async Task<Import> SendAsync(byte[] file, string query = "?preview=true")
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var answer = await Client.PostAsync(Imports + query, content);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return await SettledAsync((await answer.Content.ReadFromJsonAsync<Import>(JsonSerializerOptions.Web))!);
    }

    /// <summary>Looked at, or over.</summary>
    internal async Task<Import> SettledAsync(Import import)
    {
        await CatalogHost.EventuallyAsync(async () => (import = await GetAsync(import.Id)).Status is "preview" or "done" or "failed" or "dropped", "the import waits or has ended");
        return import;
    }

    internal async Task<Import> GetAsync(Guid id) => (await Client.GetFromJsonAsync<Import>($"{Imports}/{id}", JsonSerializerOptions.Web))!;

    internal Task<HttpResponseMessage> PutFormatAsync(Import import, ImportFormat format, int? seen = null) => AskAsync(HttpMethod.Put, $"{Imports}/{import.Id}/format", JsonContent.Create(format), seen);

    internal Task<HttpResponseMessage> CommitAsync(Import import, int? seen = null) => AskAsync(HttpMethod.Post, $"{Imports}/{import.Id}/commit", null, seen);

    internal async Task<Import> CorrectAsync(Import import, ImportFormat format)
    {
        using var answer = await PutFormatAsync(import, format, import.Revision);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return await SettledAsync(import);
    }

    internal async Task<Import> TakeAsync(Import import)
    {
        using var answer = await CommitAsync(import, import.Revision);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        await CatalogHost.EventuallyAsync(async () => (import = await GetAsync(import.Id)).Status is "done" or "failed", "the import has ended");
        return import;
    }

    internal async Task<IReadOnlyList<MerchantOffer>> OffersAsync() =>
        [.. (await Client.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{Shop.Slug}/offers?pageSize=100", JsonSerializerOptions.Web))!.Items.OrderBy(o => o.Sku)];

    internal async Task<OfferDefinition> DefinitionAsync(string sku) =>
        (await Client.GetFromJsonAsync<OfferSheet>($"/api/v1/shops/{Shop.Slug}/offers/{sku}", JsonSerializerOptions.Web))!.Definition;

    internal Task<byte[]> DownloadAsync(string path) => Client.GetByteArrayAsync($"/api/v1/shops/{Shop.Slug}/{path}");

    internal async Task<(long Movements, long Versions)> StateAsync() => (
        await catalog.ScalarAsync<long>("select count(*) from stock_movements join offers using (offer_id) where shop_id = $1", Shop.Id.Value),
        await catalog.ScalarAsync<long>("select coalesce(sum(o.version + s.version), 0)::bigint from offers o join stock s using (offer_id) where shop_id = $1", Shop.Id.Value));

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string address, HttpContent? content, int? seen)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        if (seen is { } revision)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{revision}\""));
        }

        return await Client.SendAsync(request);
    }

    // Workbooks, part by part: what spreadsheets write, and what nobody should.
    internal static byte[] Zip(params (string Name, string Text)[] parts) => ZipOf([.. parts.Select(p => (p.Name, (Action<Stream>)(s => s.Write(Bytes(p.Text)))))]);

    internal static byte[] ZipOf(params (string Name, Action<Stream> Write)[] parts)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, write) in parts)
            {
                using var part = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                write(part);
            }
        }

        return memory.ToArray();
    }

    internal static (string, string)[] Around(string? shared = null, string? styles = null) =>
    [
        ("[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"),
        ("_rels/.rels", "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='r1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument' Target='xl/workbook.xml'/></Relationships>"),
        ("xl/workbook.xml", "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets><sheet name='Cachée' sheetId='1' state='hidden' r:id='r9'/><sheet name='Produits' sheetId='2' r:id='r1'/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
            + string.Concat(new[] { ("r1", "worksheet", "worksheets/sheet1.xml"), ("r9", "worksheet", "worksheets/sheet9.xml"), ("r2", "sharedStrings", "sharedStrings.xml"), ("r3", "styles", "/xl/styles.xml") }
                .Select(r => $"<Relationship Id='{r.Item1}' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{r.Item2}' Target='{r.Item3}'/>")) + "</Relationships>"),
        ("xl/sharedStrings.xml", shared ?? "<sst/>"),
        ("xl/styles.xml", styles ?? "<styleSheet/>"),
    ];

    /// <summary>A workbook of text and numbers.</summary>
    internal static byte[] Workbook(params object?[][] rows)
    {
        var sheet = new StringBuilder("<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>");
        for (var r = 0; r < rows.Length; r++)
        {
            sheet.Append(System.Globalization.CultureInfo.InvariantCulture, $"<row r='{r + 1}'>");
            for (var c = 0; c < rows[r].Length; c++)
            {
                sheet.Append(rows[r][c] switch
                {
                    null => "",
                    string text => $"<c r='{(char)('A' + c)}{r + 1}' t='inlineStr'><is><t xml:space='preserve'>{WebUtility.HtmlEncode(text)}</t></is></c>",
                    var number => FormattableString.Invariant($"<c r='{(char)('A' + c)}{r + 1}'><v>{number}</v></c>"),
                });
            }

            sheet.Append("</row>");
        }

        return Zip([.. Around(), ("xl/worksheets/sheet1.xml", sheet.Append("</sheetData></worksheet>").ToString())]);
    }
}
