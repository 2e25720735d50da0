namespace Marketplace.Storefront.Residents.Shops;

/// <summary>The drawing that stands for a kind of shop, by the words a French kind is made of.</summary>
internal static class ShopDrawing
{
    private static readonly (string Word, string Drawing)[] _words =
    [
        ("boulanger", "bread"), ("pâtiss", "cake"), ("chocolat", "chocolate"), ("confis", "chocolate"), ("fromag", "cheese"), ("crém", "cheese"), ("charcut", "sausage"), ("bouch", "meat"), ("traiteur", "dish"),
        ("poisson", "fish"), ("primeur", "vegetable"), ("maraîch", "vegetable"), ("fruit", "fruit"), ("légume", "vegetable"), ("caviste", "wine"), ("vin", "wine"), ("bièr", "beer"), ("brass", "beer"),
        ("librair", "book"), ("livre", "book"), ("disqu", "record"), ("fleur", "flower"), ("jardin", "plant"), ("pépin", "plant"), ("jouet", "toy"), ("jeu", "toy"), ("céram", "ceramic"), ("poter", "ceramic"),
        ("apicul", "honey"), ("miel", "honey"), ("torréf", "coffee"), ("café", "coffee"), ("thé", "tea"), ("savon", "soap"), ("cosmét", "soap"), ("vélo", "bike"), ("cycle", "bike"), ("quincaill", "tool"), ("brico", "tool"),
        ("mercer", "yarn"), ("laine", "yarn"), ("cordon", "shoe"), ("chauss", "shoe"), ("bijou", "jewel"), ("horlog", "jewel"), ("vêtement", "clothes"), ("mode", "clothes"), ("papet", "paper"), ("press", "paper"),
        ("ressourcer", "secondhand"), ("occasion", "secondhand"), ("friper", "secondhand"), ("décor", "lamp"), ("lumin", "lamp"), ("épicer", "jar"), ("vrac", "jar"),
    ];

    public static string Of(string kind)
    {
        foreach (var (word, drawing) in _words)
        {
            if (kind.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return drawing;
            }
        }
        return "default";
    }
}
