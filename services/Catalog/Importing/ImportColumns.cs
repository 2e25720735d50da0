using System.Globalization;
using System.Text;
using Marketplace.ServiceDefaults;

namespace Marketplace.Catalog.Importing;

/// <summary>A file's columns by their names, ours or what shops call them.</summary>
internal static class ImportColumns
{
    private static readonly Dictionary<string, string[]> Names = new()
    {
        ["sku"] = ["sku", "reference", "ref", "code article", "reference article", "ref article", "n article", "no article", "article", "code produit", "item code", "ref interne", "reference interne"],
        ["ean13"] = ["ean13", "ean", "isbn", "isbn13", "gtin", "gencod", "gencode", "code barres", "code barre", "code ean", "ean 13", "barcode", "code a barres", "codebarre", "codebarres", "code"],
        ["title"] = ["title", "titre", "libelle", "designation", "nom", "product name", "nom du produit", "produit", "intitule", "name", "designation article", "libelle article", "nom article"],
        ["description"] = ["description", "texte", "descriptif"],
        ["brand_author"] = ["brand author", "brand", "brands", "marque", "marques", "auteur", "producteur", "marque ou auteur", "fabricant", "author"],
        ["category"] = ["category", "categorie", "rayon", "famille", "main category fr"],
        ["sale_unit"] = ["sale unit", "unite de vente", "vendu par", "vendu a", "sold by"],
        ["price_cents"] = ["price cents", "prix centimes", "prix en centimes"],
        ["price"] = ["price", "prix", "prix ttc", "prix de vente", "prix vente", "prix vente ttc", "pvttc", "pv ttc", "prix public", "prix t t c", "tarif", "prix de vente ttc", "prix ttc eur"],
        ["vat_rate"] = ["vat rate", "vat", "tva", "taux tva", "taux de tva"],
        ["net_quantity"] = ["net quantity", "quantite nette", "contenance", "poids net", "contenu net", "contenu"],
        ["net_unit"] = ["net unit", "unite nette", "unite"],
        ["allergens"] = ["allergens", "allergenes", "allerg"],
        ["origin"] = ["origin", "origine", "provenance"],
        ["alcohol"] = ["alcohol", "alcool"],
        ["condition"] = ["condition", "etat"],
        ["stock"] = ["stock", "on hand", "quantite", "qte", "quantite en stock", "qte stock", "stock actuel", "en stock", "qte rayon", "quantite rayon", "qte en stock"],
        ["synonyms"] = ["synonyms", "synonymes", "mots cles", "keywords"],
        ["status"] = ["status", "statut", "publication"],
        ["stock_at"] = ["stock at", "stock releve le"],
        ["stock_exported"] = ["stock exported", "stock exporte"],
        ["group"] = ["group", "groupe", "modele", "model", "declinaison", "declinaison de", "groupe de declinaisons", "reference modele", "ref modele", "code modele", "produit parent", "reference parent", "sku parent", "parent sku"],
        ["size"] = ["size", "taille", "tailles", "pointure", "pointures"],
        ["colour"] = ["colour", "color", "couleur", "couleurs", "coloris", "teinte"],
        ["prepacked"] = ["prepacked", "pre packed", "prepackaged", "pre packaged", "preemballe", "pre emballe", "preemballee", "pre emballee", "aliment preemballe", "denree preemballee", "produit preemballe", "preemballage", "preemballe oui non"],
        ["piece_weight"] = ["piece weight", "piece grams", "weight of a piece", "poids d une piece", "poids de la piece", "poids d une piece g", "poids d une piece en grammes", "poids piece", "poids par piece", "poids estime", "poids moyen", "poids moyen d une piece"],
    };

    /// <summary>What stands in a column, for whoever has to correct it: "ne peut pas être lu comme …".</summary>
    internal static readonly Dictionary<string, (string French, string English)> Spoken = new()
    {
        ["sku"] = ("une référence", "a reference"),
        ["ean13"] = ("un code EAN", "an EAN"),
        ["title"] = ("un nom", "a name"),
        ["description"] = ("une description", "a description"),
        ["brand_author"] = ("une marque", "a brand"),
        ["category"] = ("une catégorie", "a category"),
        ["sale_unit"] = ("« à la pièce » ou « au poids »", "“piece” or “weight”"),
        ["price"] = ("un prix en euros", "a price in euros"),
        ["price_cents"] = ("un prix en centimes", "a price in cents"),
        ["vat_rate"] = ("un taux de TVA", "a VAT rate"),
        ["net_quantity"] = ("une quantité nette", "a net quantity"),
        ["net_unit"] = ("une unité", "a unit"),
        ["allergens"] = ("des allergènes", "allergens"),
        ["origin"] = ("une origine", "an origin"),
        ["alcohol"] = ("« oui » ou « non »", "“yes” or “no”"),
        ["condition"] = ("« neuf » ou « occasion »", "“new” or “second-hand”"),
        ["stock"] = ("un nombre de pièces ou de grammes", "a number of pieces or grams"),
        ["synonyms"] = ("des mots-clés", "keywords"),
        ["status"] = ("« en vente » ou « brouillon »", "“on sale” or “draft”"),
        ["stock_at"] = ("une date", "a date"),
        ["stock_exported"] = ("un stock exporté", "an exported stock"),
        ["group"] = ("le nom d’un modèle", "the name of a model"),
        ["size"] = ("une taille", "a size"),
        ["colour"] = ("une couleur", "a colour"),
        ["prepacked"] = ("« oui » (préemballé) ou « non » (en vrac, à la demande)", "“yes” (pre-packed) or “no” (loose, at the customer’s request)"),
        ["piece_weight"] = ("un poids en grammes ou en kilos, comme 1200, 1200 g ou 1,2 kg", "a weight in grams or kilos, such as 1200, 1200 g or 1.2 kg"),
    };

    private static readonly string[] Needed = ["sku", "title", "category"];

    private static readonly Dictionary<string, string> ByName = Names.SelectMany(n => n.Value.Select(v => (v, n.Key))).ToDictionary(p => p.v, p => p.Key);

    /// <summary>What a column of this name is, or null.</summary>
    internal static string? FieldOf(string name) => ByName.GetValueOrDefault(Fold(name));

    /// <summary>Each field once, at the first column of its name.</summary>
    internal static string[] Of(string[] header)
    {
        var taken = new HashSet<string>();
        return Array.ConvertAll(header, name => FieldOf(name) is { } field && taken.Add(field) ? field : "");
    }

    /// <summary>The first column that a file of new products cannot do without.</summary>
    internal static string? Missing(IReadOnlyList<string> columns) => MissingOf(columns).FirstOrDefault();

    internal static IEnumerable<string> MissingOf(IReadOnlyList<string> columns) =>
        Needed.Where(c => !columns.Contains(c)).Concat(columns.Contains("price") || columns.Contains("price_cents") ? [] : ["price"]);

    /// <summary>Lower-case letters and digits without accents, one space between words.</summary>
    internal static string Fold(string name)
    {
        var folded = new StringBuilder();
        foreach (var c in name.Trim().Trim('\uFEFF').ToLowerInvariant().Decomposed())
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
            {
                continue;
            }

            if (char.IsLetterOrDigit(c))
            {
                folded.Append(c);
            }
            else if (folded.Length > 0 && folded[^1] != ' ')
            {
                folded.Append(' ');
            }
        }

        return folded.ToString().Trim();
    }

    /// <summary>The same columns under the same names, in whatever order of upper and lower case: how a shop reads them is remembered by this. What we added ourselves is passed over.</summary>
    internal static string Fingerprint(IReadOnlyList<string> header, int columns) => header.Count == 0
        ? $"columns:{columns}"
        : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001F', header.Select(Fold).Where(n => !Ours.Contains(n))))));

    /// <summary>The names of the columns that a file of rejected lines has in addition.</summary>
    internal static readonly string[] Ours = ["motif du rejet", "ligne du fichier", "reason for rejection", "line of the file"];
}
