namespace Marketplace.Provisioning.Processes;

/// <summary>Files and folders that only their owner may read, from the first byte on and also where they stood open before.</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;

    /// <summary>An empty file to write to.</summary>
    public static FileStream Create(string path)
    {
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnersFile });
        File.SetUnixFileMode(file.SafeFileHandle, OwnersFile);
        return file;
    }

    /// <summary>Writes a text in UTF-8.</summary>
    public static async Task WriteAsync(string path, string text, CancellationToken token)
    {
        await using var writer = new StreamWriter(Create(path));
        await writer.WriteAsync(text.AsMemory(), token);
    }

    /// <summary>The folder, made where it is missing.</summary>
    public static void EnsureFolder(string path)
    {
        Directory.CreateDirectory(path, OwnersFolder);
        File.SetUnixFileMode(path, OwnersFolder);
    }
}
