using Xunit;

namespace Marketplace.Testing;

/// <summary>Compares a text with the one that was approved and is kept in the repository.</summary>
public static class Approved
{
    /// <summary>
    /// Fails when the text differs from <paramref name="path"/> (from the repository's top). With <c>APPROVE=1</c> in the environment the text is
    /// written there instead: look at the difference before you commit it.
    /// </summary>
    public static void Verify(string path, string actual)
    {
        var file = Path.Combine(Repository.Root, path);
        if (Environment.GetEnvironmentVariable("APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual.ReplaceLineEndings("\n") + "\n");
        }

        Assert.True(File.Exists(file), $"{path} was never approved; run the test with APPROVE=1 and look at what it writes.");
        Assert.Equal(File.ReadAllText(file).TrimEnd(), actual.ReplaceLineEndings("\n").TrimEnd());
    }
}
