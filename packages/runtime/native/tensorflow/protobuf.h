#ifndef RUNTIME_NATIVE_TENSORFLOW_PROTOBUF_H_
#define RUNTIME_NATIVE_TENSORFLOW_PROTOBUF_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace runtime {

// The wire format of protocol buffers, as far as the C API makes us read
// (OpDef, OpList) and write (ConfigProto) messages. Linking TensorFlow's own
// protobuf would tie the binding to one build of it.
class ProtoReader {
 public:
  explicit ProtoReader(std::string_view bytes) : bytes_(bytes) {}

  // Advances to the next field; false at the end of the message. Throws
  // DATA_LOSS if the message is malformed.
  bool Next();

  int field() const { return field_; }
  uint64_t number() const { return number_; }          // varint and fixed
  std::string_view bytes() const { return content_; }  // length-delimited
  std::string string() const { return std::string(content_); }

 private:
  uint64_t ReadVarint();
  std::string_view ReadBytes(size_t count);

  std::string_view bytes_;
  std::string_view content_;
  uint64_t number_ = 0;
  int field_ = 0;
};

class ProtoWriter {
 public:
  ProtoWriter& Number(int field, uint64_t value);
  ProtoWriter& Bytes(int field, std::string_view value);
  const std::string& message() const { return message_; }

 private:
  void WriteVarint(uint64_t value);

  std::string message_;
};

}  // namespace runtime

#endif  // RUNTIME_NATIVE_TENSORFLOW_PROTOBUF_H_
