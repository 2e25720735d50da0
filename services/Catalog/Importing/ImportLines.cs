namespace Marketplace.Catalog.Importing;

/// <summary>A record of a file, or why the line cannot be one.</summary>
/// <param name="Fields">Of a broken one what there is of it, to be handed back.</param>
/// <param name="Unended">The file ends with it, without the end of a line: perhaps cut off there.</param>
internal sealed record ImportRecord(int Line, string[] Fields, string? Fault = null, bool Unended = false)
{
    internal int Letters => Fields.Sum(f => f.Length);
}

/// <summary>The records of a file, one after the other, in bounded memory whatever the file holds.</summary>
internal abstract class ImportLines : IAsyncDisposable
{
    /// <summary>Columns beyond this are not looked at.</summary>
    internal const int MostColumns = 200;

    /// <summary>Null at the end. Empty lines are passed over.</summary>
    internal abstract ValueTask<ImportRecord?> ReadAsync(CancellationToken token);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A file that cannot be taken at all, and what its shop can do about it.</summary>
internal sealed class ImportTrouble(Offers.Fault fault) : Exception(fault.Reason)
{
    internal Offers.Fault Fault { get; } = fault;

    internal static ImportTrouble NotATable() => new(new("file-not-table", "Ce fichier n’est pas un tableau. Enregistrez-le depuis votre tableur au format CSV ou XLSX, puis renvoyez-le.",
        "This file is not a table. Save it from your spreadsheet as CSV or XLSX, then send it again."));

    internal static ImportTrouble Encrypted() => new(new("file-encrypted", "Ce classeur est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe, puis renvoyez-la.",
        "This workbook is protected by a password. Save a copy without one, then send that."));

    internal static ImportTrouble OldExcel() => new(new("file-old-excel", "Ce classeur est à l’ancien format XLS. Enregistrez-le au format XLSX ou CSV, puis renvoyez-le.",
        "This workbook is in the old XLS format. Save it as XLSX or CSV, then send it again."));

    internal static ImportTrouble Truncated() => new(new("file-truncated", "Ce classeur est incomplet ou abîmé. Ouvrez-le dans votre tableur, enregistrez-le à nouveau, puis renvoyez-le.",
        "This workbook is incomplete or damaged. Open it in your spreadsheet, save it again, then send it."));

    internal static ImportTrouble TooLarge() => new(new("file-expands", "Une fois décompressé, ce classeur est démesurément grand. Gardez la seule feuille de vos produits, ou enregistrez-la au format CSV, puis renvoyez-la.",
        "Unpacked, this workbook is excessively large. Keep only the sheet of your products, or save it as CSV, then send that."));

    internal static ImportTrouble HeaderUnreadable() => new(new("header-unreadable", "La première ligne n’est pas une ligne d’en-tête lisible.", "The first line is not a readable header."));
}
