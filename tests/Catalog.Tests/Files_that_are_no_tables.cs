using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Xml;
using Marketplace.Catalog.Importing;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Tests;

/// <summary>Workbooks as spreadsheets write them, and files that break, lie or swell: each refused with what its shop can do.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Files_that_are_no_tables(CatalogHost catalog)
{
    private const string Main = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'";

    private async Task<ImportDesk> DeskAsync() => new(catalog, await catalog.ShopAsync());

    [Fact]
    public async Task A_workbook_is_read_as_one_sees_it()
    {
        var desk = await DeskAsync();
        const string Styles = $"<styleSheet {Main}><numFmts><numFmt numFmtId='170' formatCode='dd/mm/yyyy'/></numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='170'/><xf numFmtId='10'/></cellXfs></styleSheet>";
        const string Shared = $"<sst {Main}><si><t>Théière</t></si><si><r><t>Fa</t></r><r><t xml:space='preserve'>ïence </t></r><rPh sb='0' eb='1'><t>non</t></rPh></si><si/></sst>";
        const string Sheet = $"<worksheet {Main}><dimension ref='A1:XFD1048576'/><sheetData>"
            + "<row r='1'><c r='A1' t='inlineStr'><is><t>Réf</t></is></c><c t='str'><f>\"Dési\"</f><v>Désignation</v></c><c r='C1' t='inlineStr'><is><t>Rayon</t></is></c><c r='D1' t='inlineStr'><is><t>Prix TTC</t></is></c><c r='E1' t='inlineStr'><is><t>TVA</t></is></c><c r='F1' t='inlineStr'><is><t>EAN</t></is></c><c r='G1' t='inlineStr'><is><t>Stock</t></is></c><c r='H1' t='inlineStr'><is><t>Origine</t></is></c></row>"
            + "<row r='2' ht='15'/><row r='3'><c r='A3'/></row>"
            + "<row r='7'><c r='A7'><v>12</v></c><c r='B7' t='s'><v>0</v></c><c r='C7' t='inlineStr'><is><t>Maison</t></is></c><c r='D7'><v>12.899999999999999</v></c><c r='E7' s='2'><v>0.2</v></c><c r='F7'><v>3.017620422003E12</v></c><c r='G7'><v>4</v></c><c r='H7' s='1'><v>46000</v></c></row>"
            + "<row r='8'><c r='A8' t='inlineStr'><is><t>B</t></is></c><c r='B8' t='s'><v>1</v></c><c r='C8' t='inlineStr'><is><t>Maison</t></is></c><c r='D8' t='e'><v>#REF!</v></c></row>"
            + "</sheetData></worksheet>";
        var import = await desk.SendAsync(ImportDesk.Zip([.. ImportDesk.Around(Shared, Styles), ("xl/worksheets/sheet1.xml", Sheet)]));
        import.Error.ShouldBeNull();
        (import.Preview!.Format.Kind, import.Preview.Lines).ShouldBe(("xlsx", 2));
        import.Preview.Rows.Select(r => (r.Line, r.Reason)).ShouldBe([(7, null), (8, "value-unreadable")]);
        var end = await desk.TakeAsync(import);
        (end.Accepted, end.Rejected.Single().Reason).ShouldBe((1, "value-unreadable"));
        var offer = await desk.DefinitionAsync("12");
        (offer.Title, offer.PriceCents, offer.VatRate, offer.Ean13, offer.Origin).ShouldBe(("Théière", 1290, 20m, "3017620422003", "2025-12-09"));
        // The same file the other way in, at once.
        (await desk.SendAsync(ImportDesk.Zip([.. ImportDesk.Around(Shared, Styles), ("xl/worksheets/sheet1.xml", Sheet.Replace("Rayon", "Catégorie", StringComparison.Ordinal))]), "")).Unchanged.ShouldBe(1);
    }

    [Fact]
    public async Task A_million_empty_rows_are_passed_over()
    {
        var desk = await DeskAsync();
        var import = await desk.SendAsync(ImportDesk.ZipOf([.. ImportDesk.Around().Select(p => (p.Item1, (Action<Stream>)(s => s.Write(ImportDesk.Bytes(p.Item2))))), ("xl/worksheets/sheet1.xml", s =>
        {
            s.Write(ImportDesk.Bytes($"<worksheet {Main}><sheetData><row r='1'><c t='inlineStr'><is><t>sku</t></is></c><c t='inlineStr'><is><t>title</t></is></c></row>"));
            for (var row = 2; row < 1_048_576; row++)
            {
                s.Write(ImportDesk.Bytes($"<row r='{row}' spans='1:17'/>"));
            }

            s.Write(ImportDesk.Bytes("<row r='1048576'><c t='inlineStr'><is><t>A1</t></is></c><c r='XFD1048576' t='inlineStr'><is><t>far</t></is></c></row></sheetData></worksheet>"));
        })]));
        import.Preview!.Lines.ShouldBe(1);
        import.Preview.Rows.Single().Line.ShouldBe(1_048_576);
    }

    [Theory]
    [InlineData("file-not-table", "%PDF-1.7 …")]
    [InlineData("file-not-table", "<html><table><tr><td>sku</td></tr></table></html>")]
    [InlineData("file-not-table", "{\"sku\": 1}")]
    [InlineData("file-not-table", "\u0089PNG\r\n\u001a\n\0\0\0\u0001\u0002\u0003\0\0\0\u0001\u0002\u0003\0\0")]
    [InlineData("file-truncated", "PK\u0003\u0004 and no more")]
    [InlineData("header-unreadable", "\n\n;;;\n")]
    public async Task What_is_no_table_says_so(string code, string text)
    {
        var desk = await DeskAsync();
        var import = await desk.SendAsync(Encoding.Latin1.GetBytes(text.Replace('…', '.')));
        (import.Status, import.ErrorCode).ShouldBe(("failed", code));
        import.Error!.Length.ShouldBeGreaterThan(30);
        (await catalog.ScalarAsync<long>("select count(*) from import_parts where import_id = $1", import.Id)).ShouldBe(0);
    }

    [Fact]
    public async Task A_workbook_with_a_password_and_an_old_one_are_told_apart()
    {
        var desk = await DeskAsync();
        byte[] old = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600_000]];
        (await desk.SendAsync(old)).ErrorCode.ShouldBe("file-old-excel");
        Encoding.Unicode.GetBytes("EncryptedPackage").CopyTo(old, (128 * 1024) - 7);
        (await desk.SendAsync(old)).ErrorCode.ShouldBe("file-encrypted");
    }

    [Fact]
    public async Task A_workbook_cut_off_at_any_place_is_refused_and_nothing_is_taken()
    {
        var desk = await DeskAsync();
        var whole = ImportDesk.Workbook([["sku", "title", "category", "price"], .. Enumerable.Range(0, 400).Select(i => new object?[] { $"A{i}", $"Lampe {i}", "maison", i + 1 })]);
        foreach (var length in new[] { 10, whole.Length / 3, whole.Length / 2, whole.Length - 30, whole.Length - 1 })
        {
            var import = await desk.SendAsync(whole[..length], "");
            (import.Status, import.ErrorCode).ShouldBe(("failed", "file-truncated"), length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        (await desk.OffersAsync()).ShouldBeEmpty();
        (await desk.SendAsync(whole, "")).Accepted.ShouldBe(400);
    }

    [Fact]
    public async Task A_workbook_that_swells_lies_or_refers_to_itself_is_refused_in_bounded_memory()
    {
        var desk = await DeskAsync();
        var zeros = new byte[1024 * 1024];
        Action<Stream> swelling = s =>
        {
            for (var i = 0; i < 700; i++)
            {
                s.Write(zeros);
            }
        };
        (string, Action<Stream>)[] around = [.. ImportDesk.Around().Select(p => (p.Item1, (Action<Stream>)(s => s.Write(ImportDesk.Bytes(p.Item2)))))];
        var bomb = ImportDesk.ZipOf([.. around, ("xl/worksheets/sheet1.xml", swelling)]);
        bomb.Length.ShouldBeLessThan(8 * 1024 * 1024);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        (await desk.SendAsync(bomb)).ErrorCode.ShouldBe("file-expands");

        // The same, saying in its directory that it is small.
        var lying = (byte[])bomb.Clone();
        var entry = lying.AsSpan().LastIndexOf("xl/worksheets/sheet1.xml"u8) - 46;
        BinaryPrimitives.ReadUInt32LittleEndian(lying.AsSpan(entry)).ShouldBe(0x02014b50u);
        BinaryPrimitives.WriteUInt32LittleEndian(lying.AsSpan(entry + 24), 1000);
        (await desk.SendAsync(lying)).ErrorCode.ShouldBeOneOf("file-expands", "file-truncated");

        (await desk.SendAsync(ImportDesk.ZipOf([.. around.Where(p => p.Item1 != "xl/sharedStrings.xml"), ("xl/sharedStrings.xml", swelling), ("xl/worksheets/sheet1.xml", s => s.Write("<worksheet/>"u8))])))
            .ErrorCode.ShouldBe("file-expands");
        const string Laughs = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>";
        (await desk.SendAsync(ImportDesk.Zip([.. ImportDesk.Around(), ("xl/worksheets/sheet1.xml", Laughs + "<worksheet><sheetData><row><c t='inlineStr'><is><t>&b;</t></is></c></row></sheetData></worksheet>")])))
            .ErrorCode.ShouldBe("file-truncated");
        // One text of 20 MB, in noise so that it does not look like a bomb.
        var noise = new StringBuilder(20_000_000);
        var random = new Random(7);
        while (noise.Length < 20_000_000)
        {
            noise.Append((char)('a' + random.Next(26)));
        }

        (await desk.SendAsync(ImportDesk.Zip([.. ImportDesk.Around(), ("xl/worksheets/sheet1.xml", $"<worksheet><sheetData><row><c t='inlineStr'><is><t>{noise}</t></is></c></row></sheetData></worksheet>")])))
            .ErrorCode.ShouldBe("file-expands");
        (await desk.SendAsync(ImportDesk.Zip(("a.txt", "no workbook")))).ErrorCode.ShouldBe("file-not-table");
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(120L * 1024 * 1024);
    }

    // Each of four megabytes, as a stand-in for the hundreds that a file of two may hold; none is more than a workbook of that size may be.
    [Theory]
    [InlineData("text", "file-expands")]
    [InlineData("attribute", "file-expands")]
    [InlineData("characters", "file-expands")]
    [InlineData("names", "file-expands")]
    [InlineData("depth", "file-expands")]
    [InlineData("utf-16", "file-truncated")]
    public async Task What_would_stand_in_memory_without_end_is_refused(string what, string code)
    {
        const int Much = 4_000_000;
        var row = what switch
        {
            "text" => $"<c><v>{new string('>', Much)}</v></c>",
            "attribute" => $"<c r='{new string('>', Much)}'><v>1</v></c>",
            "characters" => $"<c><v><![CDATA[{new string('<', Much)}]]></v></c>",
            "names" => string.Concat(Enumerable.Range(0, 200_000).Select(i => $"<n{i}/>")),
            "depth" => string.Concat(Enumerable.Repeat("<c>", Much / 20)),
            _ => "<c><v>1</v></c>",
        };
        var sheet = $"<worksheet><sheetData><row><c t='inlineStr'><is><t>sku</t></is></c></row><row>{row}</row></sheetData></worksheet>";
        byte[] bytes = what == "utf-16" ? [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(sheet)] : ImportDesk.Bytes(sheet);
        var desk = await DeskAsync();
        var import = await desk.SendAsync(ImportDesk.ZipOf([.. ImportDesk.Around().Select(p => (p.Item1, (Action<Stream>)(s => s.Write(ImportDesk.Bytes(p.Item2))))), ("xl/worksheets/sheet1.xml", s => s.Write(bytes))]));
        (import.Status, import.ErrorCode).ShouldBe(("failed", code));
    }

    [Fact]
    public async Task Of_texts_without_end_a_cell_takes_what_a_cell_can_hold()
    {
        using var xml = XmlReader.Create(new StringReader("<is>" + string.Concat(Enumerable.Repeat($"<t>{new string('x', 500_000)}</t>", 5)) + "</is>"), new XmlReaderSettings { Async = true });
        var text = new StringBuilder();
        while (await WorkbookFile.NextAsync(xml))
        {
            if (xml.NodeType == XmlNodeType.Text)
            {
                await WorkbookFile.TakeAsync(xml, text, new char[4096]);
            }
        }

        text.Length.ShouldBeInRange(XlsxLines.LongestCell, 40_000);
    }

    [Fact]
    public async Task One_text_in_a_great_many_cells_is_no_way_around_the_largest_file()
    {
        var desk = await DeskAsync();
        var shared = $"<sst><si><t>{new string('x', XlsxLines.LongestCell)}</t></si></sst>";
        var sheet = $"<worksheet><sheetData>{string.Concat(Enumerable.Repeat($"<row>{string.Concat(Enumerable.Repeat("<c t='s'><v>0</v></c>", 200))}</row>", 40))}</sheetData></worksheet>";
        (await desk.SendAsync(ImportDesk.Zip([.. ImportDesk.Around(shared), ("xl/worksheets/sheet1.xml", sheet)]))).ErrorCode.ShouldBe("file-expands");
    }

    [Fact]
    public async Task A_number_that_is_none_is_refused_with_its_line()
    {
        var desk = await DeskAsync();
        var import = await desk.SendAsync(ImportDesk.Workbook(["sku", "title", "category", "price"], ["A1", "Lampe", "maison", double.NaN], ["A2", "Lampe", "maison", double.PositiveInfinity], ["A3", "Lampe", "maison", 10]));
        import.Error.ShouldBeNull();
        import.Preview!.Rows.Select(r => (r.Line, r.Reason)).ShouldBe([(2, "value-unreadable"), (3, "value-unreadable"), (4, null)]);
    }

    [Fact]
    public async Task The_largest_file_is_taken_in_bounded_memory_and_a_larger_one_refused()
    {
        var desk = await DeskAsync();
        var line = new byte[40_000]; // too long for a line: each costs itself alone
        line.AsSpan().Fill((byte)'x');
        line[^1] = (byte)'\n';
        var most = GC.GetTotalMemory(forceFullCollection: true);
        var before = most;
        using var watching = new Timer(_ => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true)), null, 0, 500); // what is held, not what waits to be collected
        // The usual client of tests keeps a body to be able to send it elsewhere again.
        using var client = catalog.App.CreateClient(new() { AllowAutoRedirect = false });
        client.DefaultRequestHeaders.Authorization = desk.Client.DefaultRequestHeaders.Authorization;
        using var content = new Generated("sku;title;category;price\nA1;Lampe;maison;10\n", line, Import.MostBytes - 45_000);
        using var answer = await client.PostAsync(desk.Imports + "?preview=true", content);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        var import = await desk.SettledAsync((await System.Net.Http.Json.HttpContentJsonExtensions.ReadFromJsonAsync<Import>(answer.Content, System.Text.Json.JsonSerializerOptions.Web))!);
        import.Preview!.ShouldSatisfyAllConditions(p => p.Added.ShouldBe(1), p => p.Reasons["line-too-long"].ShouldBeGreaterThan(5000), p => p.Complete.ShouldBeTrue());
        ((most - before) / 1024 / 1024).ShouldBeLessThan(100, "MB beside 200 MB of file");
        await desk.Client.DeleteAsync($"{desk.Imports}/{import.Id}");
        using var larger = new Generated("sku;title;category;price\nA1;Lampe;maison;10\n", line, Import.MostBytes + 100_000);
        await CatalogHost.ProblemAsync(await client.PostAsync(desk.Imports, larger), HttpStatusCode.RequestEntityTooLarge, "file-too-large");
        (await catalog.ScalarAsync<long>("select count(*) from imports where shop_id = $1 and status = 'receiving'", desk.Shop.Id.Value)).ShouldBe(0);
    }

    /// <summary>A body that is made as it is sent.</summary>
    private sealed class Generated : HttpContent
    {
        private readonly (string Begin, byte[] Line, long Length) _of;

        internal Generated(string begin, byte[] line, long length)
        {
            _of = (begin, line, length);
            Headers.ContentType = new("text/csv");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(ImportDesk.Bytes(_of.Begin));
            for (var sent = 0L; sent < _of.Length; sent += _of.Line.Length)
            {
                await stream.WriteAsync(_of.Line);
            }
        }

        protected override bool TryComputeLength(out long length) => (length = 0) != 0;
    }
}
